import type { RunChange, RunStop, RunStore, StoredRun } from '../../../src/ports/runs/run-store.ts';
import type { TrailEntry } from '../../../src/ports/trail/trail-store.ts';
import { markRunCardsStale } from '../cards.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableJson } from '../database/json.ts';
import { appendToTrail } from '../trail/trail.ts';
import { countEnded, type EndedTask, endedEntry } from './record-outcomes.ts';
import { type PacingJson, type RunRow, runOf } from './run-rows.ts';

/** RunStore.change. */
export function changeRun(
  database: Database,
  runId: string,
  fromVersion: number,
  change: RunChange,
  trail: readonly TrailEntry[],
): ReturnType<RunStore['change']> {
  return database.transaction(async (sql) => {
    const row = await applyChange(sql, runId, fromVersion, change);
    if (!row) return null;
    await markRunCardsStale(sql, runId);
    if (change.kind === 'resume')
      await sql.query(`update oob.run_recent set recent = '[]', ended = 0, failed = 0 where run_id = $1`, [runId]);
    if (change.kind === 'release')
      await sql.query('update oob.run_recent set ended = 0, failed = 0 where run_id = $1', [runId]);
    await appendToTrail(sql, trail);
    return runOf(row);
  });
}

async function applyChange(sql: Sql, runId: string, fromVersion: number, change: RunChange): Promise<RunRow | null> {
  const from = change.kind === 'resume' ? 'paused' : 'running';
  const { rows } = await sql.query<RunRow>(
    `update oob.run set version = version + 1, state = $4, pause = $5::jsonb, wave = wave + $6
     where id = $1 and version = $2 and state = $3 and wave + $6 <= jsonb_array_length(sizes) returning *`,
    [
      runId,
      fromVersion,
      from,
      change.kind === 'pause' ? 'paused' : 'running',
      change.kind === 'pause' ? storableJson(change.pause) : null,
      change.kind === 'release' ? 1 : 0,
    ],
  );
  return rows[0] ?? null;
}

/** RunStore.stop. */
export function stopRun(
  database: Database,
  runId: string,
  fromVersion: number,
  stop: RunStop,
  trail: readonly TrailEntry[],
): Promise<StoredRun | null> {
  return database.transaction(async (sql) => {
    const { rows } = await sql.query<RunRow>(
      `update oob.run set version = version + 1, state = 'stopping', pause = null, stop = $3
       where id = $1 and version = $2 and state in ('running', 'paused') returning *`,
      [runId, fromVersion, storableJson(stop)],
    );
    const [row] = rows;
    if (!row) return null;
    const ended = await endPending(sql, runId, stop.at);
    await markRunCardsStale(sql, runId);
    const skipped = ended.length > 0 ? [endedEntry(row.request_id, runId, ended, stop.at)] : [];
    await appendToTrail(sql, [...trail, ...skipped]);
    return runOf(row);
  });
}

/** RunStore.cancelPending. */
export async function cancelPending(database: Database, runId: string, at: Date): Promise<void> {
  await database.transaction(async (sql) => {
    const { rows } = await sql.query<{ request_id: string }>(
      `select request_id from oob.run where id = $1 and state = 'stopping' for no key update`,
      [runId],
    );
    const ended = rows[0] ? await endPending(sql, runId, at) : [];
    if (!rows[0] || ended.length === 0) return;
    await markRunCardsStale(sql, runId);
    await appendToTrail(sql, [endedEntry(rows[0].request_id, runId, ended, at)]);
  });
}

/** RunStore.expirePending. */
export async function expirePending(database: Database, runId: string, at: Date): Promise<void> {
  await database.transaction(async (sql) => {
    // The column has the first deadline of all.
    const { rows } = await sql.query<{ request_id: string; pacing: PacingJson | null }>(
      `select request_id, pacing from oob.run
       where id = $1 and state in ('running', 'paused') and deadline_at <= $2 for no key update`,
      [runId, at],
    );
    const { deadlines } = rows[0]?.pacing ?? {};
    const passed = deadlines && Object.keys(deadlines).filter((site) => new Date(deadlines[site] ?? Infinity) <= at);
    const ended = rows[0] ? await endPending(sql, runId, at, { why: 'deadline_passed', sites: passed ?? null }) : [];
    if (!rows[0] || ended.length === 0) return;
    await markRunCardsStale(sql, runId);
    await appendToTrail(sql, [endedEntry(rows[0].request_id, runId, ended, at)]);
  });
}

/** Ends every pending task, or those at `sites`; its caller holds the run, so that no claim is under way. One that was tried failed as it did last. */
async function endPending(
  sql: Sql,
  runId: string,
  at: Date,
  { why, sites }: { readonly why: 'run_stopped' | 'deadline_passed'; readonly sites: readonly string[] | null } = {
    why: 'run_stopped',
    sites: null,
  },
): Promise<readonly EndedTask[]> {
  const { rows } = await sql.query<EndedTask>(
    `with pending as materialized (
       select device_id from oob.task where run_id = $1 and state = 'pending' and ($5::text[] is null or site = any ($5))
       order by device_id for update
     ), ended as (
       update oob.task set state = 'ended',
         status = case when interrupted then 'unknown' when tries > 0 then 'failed' else 'skipped' end,
         code = case when interrupted then 'interrupted' when tries > 0 then code else $3 end,
         evidence = case when tries > 0 and not interrupted
           then jsonb_build_array('tried ' || tries || case when tries = 1 then ' time' else ' times' end) || evidence
             || jsonb_build_array($4::text)
           else '[]' end,
         facts = coalesce(facts, '{}'), took_ms = coalesce(took_ms, 0), ended_at = $2
       from pending where task.run_id = $1 and task.device_id = pending.device_id
       returning task.device_id, task.status, task.code
     ), freed as (
       delete from oob.device_lock where run_id = $1 and device_id in (select device_id from ended)
     )
     select ended.device_id as "deviceId", device.name, ended.status, ended.code
     from ended join oob.device as device on device.id = ended.device_id
     order by device.sort_key, device.name_key`,
    [
      runId,
      at,
      why,
      why === 'run_stopped' ? 'the run was stopped before the next try' : 'the deadline passed before the next try',
      sites,
    ],
  );
  await countEnded(sql, runId, rows);
  return rows;
}
