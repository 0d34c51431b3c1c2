import type { SiteRoom } from '../../../src/ports/runs/run-store.ts';
import type { Sql } from '../database/connection.ts';

/** Part of a minute's devices that may begin at once; the rest follows as time goes by. */
const burstMinutes = 1 / 6;

interface Bucket {
  site: string;
  tokens: number;
  filled_at: Date;
}

/** What a rate leaves of the rooms. */
export interface RateShare {
  readonly rooms: readonly SiteRoom[];
  /** Takes what was used off the buckets. */
  spend(usedBySite: ReadonlyMap<string, number>): Promise<void>;
}

/**
 * Holds the buckets of the sites for the rest of the transaction and narrows the rooms to what is in them. A bucket belongs to an
 * operation and a site, so that two runs of it together keep the rate. Filled by the callers' clocks, never backwards.
 */
export async function shareRate(
  sql: Sql,
  order: {
    readonly operation: string;
    readonly perMinute: number;
    readonly rooms: readonly SiteRoom[];
    readonly at: Date;
  },
): Promise<RateShare> {
  const { operation, perMinute, rooms, at } = order;
  const most = Math.max(1, perMinute * burstMinutes);
  await sql.query(
    `insert into oob.site_rate (operation, site, tokens, filled_at)
     select $1, site, $3, $4 from unnest($2::text[]) as site order by site on conflict do nothing`,
    [operation, rooms.map((room) => room.site), most, at],
  );
  const { rows } = await sql.query<Bucket>(
    'select site, tokens, filled_at from oob.site_rate where operation = $1 and site = any($2) order by site for update',
    [operation, rooms.map((room) => room.site)],
  );
  const filled = rows.map((bucket) => {
    const elapsedMs = Math.max(0, at.getTime() - bucket.filled_at.getTime());
    return { site: bucket.site, tokens: Math.min(most, bucket.tokens + (elapsedMs * perMinute) / 60_000) };
  });
  const bySite = new Map(filled.map(({ site, tokens }) => [site, tokens]));
  return {
    rooms: rooms.map(({ site, room }) => ({ site, room: Math.min(room, Math.floor(bySite.get(site) ?? 0)) })),
    async spend(usedBySite) {
      const left = filled.map(({ site, tokens }) => ({ site, tokens: tokens - (usedBySite.get(site) ?? 0) }));
      await sql.query(
        `update oob.site_rate set tokens = bucket.tokens, filled_at = greatest(filled_at, $3)
         from json_to_recordset($2::json) as bucket(site text, tokens double precision)
         where site_rate.operation = $1 and site_rate.site = bucket.site`,
        [operation, JSON.stringify(left), at],
      );
    },
  };
}
