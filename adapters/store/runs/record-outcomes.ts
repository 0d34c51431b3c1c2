import { isBad, slideWindow } from '../../../src/ports/runs/failure-limit.ts';
import type { FailureLimit, LimitHit, Outcome, OutcomeStatus, RunPause } from '../../../src/ports/runs/run-store.ts';
import type { TrailEntry } from '../../../src/ports/trail/trail-store.ts';
import { markRunCardsStale } from '../cards.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableJson } from '../database/json.ts';
import { appendToTrail } from '../trail/trail.ts';
import { outcomesByDevice } from './outcomes-by-device.ts';
import { retryTasks } from './retry-tasks.ts';

/** A task that has ended just now. */
export interface EndedTask {
  readonly deviceId: string;
  readonly name: string;
  readonly status: OutcomeStatus;
  readonly code: string;
}

interface RunOfOutcomes {
  request_id: string;
  failure_limit: FailureLimit | null;
}

/**
 * Ends tasks: outcomes written, locks freed, sightings remembered, one `ended` trail entry, the run paused when its failure limit is
 * broken; one transaction whatever the count. A task that has ended already keeps its first outcome.
 */
export async function recordOutcomes(
  database: Database,
  runId: string,
  outcomes: readonly Outcome[],
  at: Date,
): Promise<void> {
  if (outcomes.length === 0) return;
  await database.transaction(async (sql) => {
    const { rows } = await sql.query<RunOfOutcomes>('select request_id, failure_limit from oob.run where id = $1', [
      runId,
    ]);
    // Only a bad outcome can pause the run. It is held first then, as a claim does, so that the two never wait in a ring.
    if (rows[0]?.failure_limit && outcomes.some(isBad))
      await sql.query('select from oob.run where id = $1 for no key update', [runId]);
    const retried = await retryTasks(sql, runId, outcomes, at);
    const ended = await endTasks(
      sql,
      runId,
      outcomes.filter(({ deviceId }) => !retried.ids.has(deviceId)),
      at,
    );
    const [run] = rows;
    if (!run) return;
    if (retried.entry) await appendToTrail(sql, [{ ...retried.entry, requestId: run.request_id }]);
    if (ended.length === 0) return;
    const paused = run.failure_limit ? await watchLimit(sql, runId, run.failure_limit, inOrder(outcomes, ended)) : null;
    const isPaused = paused !== null && (await pauseByItself(sql, runId, paused, at));
    await appendToTrail(sql, [
      endedEntry(run.request_id, runId, ended, at),
      ...(isPaused ? [pausedEntry(run.request_id, runId, paused, at)] : []),
    ]);
  });
}

/** Those that ended just now, in the order in which their outcomes came. */
function inOrder(outcomes: readonly Outcome[], ended: readonly EndedTask[]): readonly EndedTask[] {
  const taskOf = new Map(ended.map((task) => [task.deviceId, task]));
  return outcomes.flatMap(({ deviceId }) => {
    const task = taskOf.get(deviceId);
    taskOf.delete(deviceId);
    return task ? [task] : [];
  });
}

/** Slides the run's window over the outcomes; what broke the limit, if anything did. */
async function watchLimit(
  sql: Sql,
  runId: string,
  limit: FailureLimit,
  ended: readonly EndedTask[],
): Promise<LimitHit | null> {
  const { rows } = await sql.query<{ recent: string[] }>(
    'select recent from oob.run_recent where run_id = $1 for update',
    [runId],
  );
  const { recent, hit, counted } = slideWindow(rows[0]?.recent ?? [], ended, limit);
  await sql.query('update oob.run_recent set recent = $2, ended = ended + $3, failed = failed + $4 where run_id = $1', [
    runId,
    storableJson(recent),
    counted,
    ended.filter(isBad).length,
  ]);
  return hit;
}

async function pauseByItself(sql: Sql, runId: string, hit: LimitHit, at: Date): Promise<boolean> {
  const pause: RunPause = { at, by: 'service', hit };
  const { count } = await sql.query(
    `update oob.run set version = version + 1, state = 'paused', pause = $2 where id = $1 and state = 'running'`,
    [runId, storableJson(pause)],
  );
  return count === 1;
}

const pausedEntry = (requestId: string, runId: string, hit: LimitHit, at: Date): TrailEntry => ({
  at,
  kind: 'run_paused',
  actor: 'service',
  requestId,
  data: { runId, hit },
});

/** The part of `recordOutcomes` before the trail, for callers with a transaction of their own. */
export async function endTasks(
  sql: Sql,
  runId: string,
  outcomes: readonly Outcome[],
  at: Date,
): Promise<readonly EndedTask[]> {
  if (outcomes.length === 0) return [];
  const { rows } = await sql.query<EndedTask>(endTasksSql, [
    runId,
    outcomesByDevice(outcomes),
    at,
    outcomes.map((outcome) => outcome.deviceId),
  ]);
  await countEnded(sql, runId, rows);
  if (rows.length > 0) await markRunCardsStale(sql, runId);
  return rows;
}

// Rows are locked in the order of their device, here and in a claim, so that two batches never wait for each other in a ring.
// The planner counts an array and guesses at anything else: an outcome is looked up by its device, for a record set would be joined row by
// row with the tasks; and the ids stand beside the joins, without them the outcome of one PC costs a scan of the whole inventory.
const endTasksSql = `
  with open as materialized (
    select device_id from oob.task
    where run_id = $1 and state <> 'ended' and device_id = any($4)
    order by device_id for update
  ), ended as (
    update oob.task set state = 'ended', status = outcome.status, code = outcome.code,
      evidence = case when tries > 0 then jsonb_build_array('tried ' || tries + 1 || ' times') else '[]' end || outcome.evidence
        || case when forced is null then '[]' else jsonb_build_array(forced) end,
      facts = outcome.facts, report = outcome.report, power_state = outcome."powerState", amt_version = outcome."amtVersion",
      took_ms = round(outcome."tookMs"), ended_at = $3, worker_id = null
    from open cross join lateral jsonb_to_record($2::jsonb->open.device_id) as outcome(status text, code text, evidence jsonb,
      facts jsonb, report jsonb, "powerState" integer, "amtVersion" text, "tookMs" double precision)
    where task.run_id = $1 and task.device_id = any($4) and task.device_id = open.device_id
    returning task.device_id, task.status, task.code, task.power_state, task.amt_version
  ), freed as (
    delete from oob.device_lock
    where run_id = $1 and device_id = any($4) and device_id in (select device_id from ended)
  ), to_see as materialized (
    select device.id, ended.power_state, ended.amt_version
    from ended join oob.device as device on device.id = ended.device_id
    where device.id = any($4) and (ended.power_state is not null or ended.amt_version is not null)
    order by device.id for update of device
  ), seen as (
    update oob.device set power_state = coalesce(to_see.power_state, device.power_state),
      amt_version = coalesce(to_see.amt_version, device.amt_version), seen_at = $3
    from to_see where device.id = to_see.id
  )
  select ended.device_id as "deviceId", device.name, ended.status, ended.code
  from ended join oob.device as device on device.id = ended.device_id
  where device.id = any($4) order by device.sort_key, device.name_key`;

/** Adds ended tasks to the run's counts. */
export async function countEnded(sql: Sql, runId: string, ended: readonly EndedTask[]): Promise<void> {
  if (ended.length === 0) return;
  await sql.query(
    `insert into oob.run_count (run_id, status, code, tasks)
     select $1, status, code, count(*) from json_to_recordset($2::json) as task(status text, code text)
     group by status, code order by status, code
     on conflict (run_id, status, code) do update set tasks = run_count.tasks + excluded.tasks`,
    [runId, storableJson(ended)],
  );
}

/** The trail's `ended` entry: device names by status and code. */
export function endedEntry(requestId: string, runId: string, ended: readonly EndedTask[], at: Date): TrailEntry {
  const groups = new Map<string, { status: OutcomeStatus; code: string; devices: string[] }>();
  for (const { name, status, code } of ended) {
    const key = `${status} ${code}`;
    const group = groups.get(key) ?? { status, code, devices: [] };
    group.devices.push(name);
    groups.set(key, group);
  }
  return { at, kind: 'ended', actor: 'service', requestId, data: { runId, outcomes: [...groups.values()] } };
}
