import type { RunStore } from '../../../src/ports/runs/run-store.ts';
import type { TrailEntry } from '../../../src/ports/trail/trail-store.ts';
import { markCardsStale } from '../cards.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableJson } from '../database/json.ts';
import { appendToTrail } from '../trail/trail.ts';

type NewRun = Parameters<RunStore['start']>[0];

/** RunStore.start. */
export function startRun(database: Database, run: NewRun, trail: readonly TrailEntry[]): Promise<boolean> {
  return database.transaction(async (sql) => {
    const taken = await sql.query(
      `update oob.request set state = 'running', version = version + 1, run_id = $3
       where id = $1 and version = $2 and state = 'approved'`,
      [run.requestId, run.requestVersion, run.id],
    );
    if (taken.count === 0) return false;
    const { waves } = run;
    const { rows } = await sql.query<{ total: number }>(
      `insert into oob.run (id, request_id, state, total, started_at, sizes, has_canary, per_minute, failure_limit, pacing, deadline_at)
       select $1, $2, 'running', total, $3, coalesce($4::jsonb, jsonb_build_array(total)), $5, $6, $7, $8, $9
       from (select count(*) as total from oob.request_device where request_id = $2) as devices
       returning total`,
      [
        run.id,
        run.requestId,
        run.startedAt,
        waves ? storableJson(waves.sizes) : null,
        waves?.hasCanary ?? false,
        waves?.perMinute ?? null,
        waves?.failureLimit ? storableJson(waves.failureLimit) : null,
        run.pacing ? storableJson(run.pacing) : null,
        firstOf(Object.values(run.pacing?.deadlines ?? {})),
      ],
    );
    const waveOf = waves?.waveOf ?? null;
    const planned = waveOf ?? run.places?.startAfterMs;
    if (planned && planned.length !== rows[0]?.total)
      throw new Error(`a plan of ${planned.length} devices does not fit ${run.requestId}`);
    await insertTasks(sql, run, waveOf);
    if (waves?.failureLimit)
      await sql.query(`insert into oob.run_recent (run_id, recent, ended, failed) values ($1, '[]', 0, 0)`, [run.id]);
    await markCardsStale(sql, run.requestId);
    await appendToTrail(sql, trail);
    return true;
  });
}

async function insertTasks(sql: Sql, run: NewRun, waveOf: readonly number[] | null): Promise<void> {
  const columns = 'run_id, ordinal, device_id, site, state, attempt, interrupted, wave, not_before, subnet';
  const { places } = run;
  const given = places?.startAfterMs ?? waveOf;
  if (!given) {
    await sql.query(
      `insert into oob.task (${columns})
       select $1, ordinal, device_id, site, 'pending', 0, false, 1, null, null from oob.request_device where request_id = $2
       order by ordinal`,
      [run.id, run.requestId],
    );
    return;
  }
  await sql.query(
    `insert into oob.task (${columns})
     select $1, ordinal, device_id, site, 'pending', 0, false, coalesce(planned.wave, 1),
       case when planned.after_ms > 0 then $6::timestamptz + planned.after_ms * interval '1 millisecond' end, planned.subnet
     from oob.request_device
     join unnest($3::integer[], $4::double precision[], $5::text[]) with ordinality as planned(wave, after_ms, subnet, ordinal)
       using (ordinal)
     where request_id = $2 order by ordinal`,
    [
      run.id,
      run.requestId,
      waveOf ?? given.map(() => 1),
      places?.startAfterMs ?? given.map(() => 0),
      places?.subnets ?? given.map(() => null),
      run.startedAt,
    ],
  );
}

function firstOf(moments: readonly Date[]): Date | null {
  return moments.length === 0 ? null : new Date(Math.min(...moments.map((moment) => moment.getTime())));
}
