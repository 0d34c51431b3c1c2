/** First number of each of our advisory locks: "oob" in ASCII, so that we meet nobody else's in a shared database. */
const space = 0x6f6f62;

/** First number of the locks that people have, one each; the second is a hash of their id. Held while a request of theirs is counted and stored. */
export const requesterLockSpace = space + 1;

/** As that, held while somebody's wrong link codes are counted and a code is looked up. */
export const guesserLockSpace = space + 2;

/** PostgreSQL advisory locks by what they guard, as the two numbers that pg_advisory_lock takes. */
export const advisoryLocks = {
  /** Held while the schema is brought up to date. */
  migrations: [space, 1],
  /** Held from reading the trail's last entry to the commit of the next. */
  trail: [space, 2],
  /** Held by the one service that a private database belongs to. */
  owner: [space, 3],
  /** Held during an inventory import. */
  inventory: [space, 4],
  /** Held while tasks are claimed of which only so many may be under way in one subnet. */
  subnets: [space, 5],
} as const satisfies Record<string, readonly [number, number]>;
