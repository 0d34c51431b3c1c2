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

/**
 * The part of `recordOutcomes` before the trail, for callers with a transaction of their own. Several statements, each with the ids that
 * it is about: the planner counts an array and guesses at what another part of a statement gives, and then goes through the whole
 * inventory once per outcome.
 */
export async function endTasks(
  sql: Sql,
  runId: string,
  outcomes: readonly Outcome[],
  at: Date,
): Promise<readonly EndedTask[]> {
  if (outcomes.length === 0) return [];
  const ids = outcomes.map(({ deviceId }) => deviceId);
  const { rows } = await sql.query<Omit<EndedTask, 'name'>>(endTasksSql, [runId, outcomesByDevice(outcomes), at, ids]);
  if (rows.length === 0) return [];
  const endedIds = rows.map(({ deviceId }) => deviceId);
  await sql.query('delete from oob.device_lock where run_id = $1 and device_id = any($2)', [runId, endedIds]);
  await remember(sql, outcomes, new Set(endedIds), at);
  const names = await sql.query<{ id: string; name: string }>(
    'select id, name from oob.device where id = any($1) order by sort_key, name_key',
    [endedIds],
  );
  const taskOf = new Map(rows.map((row) => [row.deviceId, row]));
  const ended = names.rows.flatMap(({ id, name }) => {
    const task = taskOf.get(id);
    return task ? [{ ...task, name }] : [];
  });
  await countEnded(sql, runId, ended);
  await markRunCardsStale(sql, runId);
  return ended;
}

/** Writes to the inventory what was seen of the devices. */
async function remember(sql: Sql, outcomes: readonly Outcome[], ended: ReadonlySet<string>, at: Date): Promise<void> {
  const seen = outcomes.filter(
    ({ deviceId, powerState, amtVersion }) => ended.has(deviceId) && (powerState !== null || amtVersion !== null),
  );
  if (seen.length === 0) return;
  await sql.query(rememberSql, [outcomesByDevice(seen), seen.map(({ deviceId }) => deviceId), at]);
}

// Rows are locked in the order of their device, here and in a claim, so that two batches never wait for each other in a ring.
const endTasksSql = `
  with open as materialized (
    select device_id from oob.task
    where run_id = $1 and state <> 'ended' and device_id = any($4)
    order by device_id for update
  )
  update oob.task set state = 'ended', status = outcome.status, code = outcome.code,
    evidence = case when tries > 0 then jsonb_build_array('tried ' || tries + 1 || ' times') else '[]' end || outcome.evidence
      || case when forced is null then '[]' else jsonb_build_array(forced) end,
    facts = outcome.facts, report = outcome.report, power_state = outcome."powerState", amt_version = outcome."amtVersion",
    took_ms = round(outcome."tookMs"), ended_at = $3, worker_id = null
  from open cross join lateral jsonb_to_record($2::jsonb->open.device_id) as outcome(status text, code text, evidence jsonb,
    facts jsonb, report jsonb, "powerState" integer, "amtVersion" text, "tookMs" double precision)
  where task.run_id = $1 and task.device_id = any($4) and task.device_id = open.device_id
  returning task.device_id as "deviceId", task.status, task.code`;

const rememberSql = `
  with to_see as materialized (
    select id from oob.device where id = any($2) order by id for update
  )
  update oob.device set power_state = coalesce(($1::jsonb->device.id->>'powerState')::integer, power_state),
    amt_version = coalesce($1::jsonb->device.id->>'amtVersion', amt_version), seen_at = $3
  from to_see where device.id = any($2) and device.id = to_see.id`;

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
