import type { DigestStore } from '../../../src/ports/digests/digest-store.ts';
import type { Database } from '../database/connection.ts';
import { createDigestFacts, keepFleet } from './digest-facts.ts';
import { addPosts } from './posts.ts';

/** Which digest has told what, in oob.digest. */
export function createDigestStore(database: Database): DigestStore {
  return {
    facts: createDigestFacts(database),

    async coveredUntil(id, now) {
      const { rows } = await database.query<{ covered_until: Date }>(
        `with added as (
           insert into oob.digest values ($1, $2) on conflict (id) do nothing returning covered_until
         )
         select covered_until from added union all select covered_until from oob.digest where id = $1 limit 1`,
        [id, now],
      );
      return rows[0]?.covered_until ?? now;
    },

    fire: (id, from, until, posts, at) =>
      database.transaction(async (sql) => {
        const { count } = await sql.query(
          'update oob.digest set covered_until = $3 where id = $1 and covered_until = $2',
          [id, from, until],
        );
        if (count === 0) return false;
        await addPosts(sql, posts, at);
        await keepFleet(sql, until);
        return true;
      }),
  };
}
