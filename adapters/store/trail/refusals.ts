import type { RefusalStore } from '../../../src/ports/trail/refusal-store.ts';
import type { TrailEntry } from '../../../src/ports/trail/trail-store.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableText } from '../database/json.ts';
import { appendToTrail } from './trail.ts';

const hourMs = 60 * 60_000;
/** Stands for the sum of those who are not known; no principal or account is written like that. */
const allStrangers = '*';

interface CountRow {
  actor: string;
  hour: Date;
  refused: number;
  entered: number;
  is_flood: boolean;
}

const hourOf = (at: Date): Date => new Date(Math.floor(at.getTime() / hourMs) * hourMs);

/** Refusals in oob.refusal_count. */
export function createRefusalStore(database: Database): RefusalStore {
  return {
    note: (entry, { perActor, ofAllStrangers }) =>
      database.transaction(async (sql) => {
        const hour = hourOf(entry.at);
        const actor = storableText(entry.actor);
        // The sum first, then the actor, then the trail: two refusals never wait for each other in a ring.
        if (ofAllStrangers !== null) {
          const sum = await countOne(sql, allStrangers, hour);
          // No row per actor then either: strangers can be without number.
          if (sum.entered >= ofAllStrangers) return countOnly(sql, sum, entry.at);
        }
        const count = await countOne(sql, actor, hour);
        if (count.entered >= perActor) return countOnly(sql, count, entry.at);
        await enter(sql, ofAllStrangers === null ? [actor] : [allStrangers, actor], hour);
        await appendToTrail(sql, [entry]);
        return true;
      }),

    endHours: (now) =>
      database.transaction(async (sql) => {
        const { rows } = await sql.query<CountRow>(
          'delete from oob.refusal_count where hour < $1 returning actor, hour, refused, entered, is_flood',
          [hourOf(now)],
        );
        const floods = rows
          .filter(({ refused, entered }) => refused > entered)
          .sort((a, b) => a.hour.getTime() - b.hour.getTime() || (a.actor < b.actor ? -1 : 1));
        await appendToTrail(
          sql,
          floods.map((row) => floodEntry('ended', row, now)),
        );
        return floods.length;
      }),
  };
}

async function countOne(sql: Sql, actor: string, hour: Date): Promise<CountRow> {
  const { rows } = await sql.query<CountRow>(
    `insert into oob.refusal_count (actor, hour, refused, entered) values ($1, $2, 1, 0)
     on conflict (actor, hour) do update set refused = refusal_count.refused + 1
     returning actor, hour, refused, entered, is_flood`,
    [actor, hour],
  );
  return rows[0] ?? { actor, hour, refused: 1, entered: 0, is_flood: false };
}

/** What is beyond the bound; the first of it says so in the trail. */
async function countOnly(sql: Sql, count: CountRow, at: Date): Promise<false> {
  if (count.is_flood) return false;
  await sql.query('update oob.refusal_count set is_flood = true where actor = $1 and hour = $2', [
    count.actor,
    count.hour,
  ]);
  await appendToTrail(sql, [floodEntry('begun', count, at)]);
  return false;
}

async function enter(sql: Sql, actors: readonly string[], hour: Date): Promise<void> {
  await sql.query('update oob.refusal_count set entered = entered + 1 where hour = $1 and actor = any($2)', [
    hour,
    actors,
  ]);
}

const floodEntry = (state: 'begun' | 'ended', { actor, hour, refused, entered }: CountRow, at: Date): TrailEntry => ({
  at,
  kind: 'refused_flood',
  actor: actor === allStrangers ? 'strangers' : actor,
  requestId: null,
  data: { state, hour: hour.toISOString(), refused, entered },
});
