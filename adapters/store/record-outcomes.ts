import type { Outcome, OutcomeStatus } from '../../src/ports/run-store.ts';
import { markRunCardsStale } from './cards.ts';
import type { Database, Sql } from './database/connection.ts';
import { storableJson } from './database/json.ts';
import { appendToTrail } from './trail.ts';

/** A task that has ended just now. */
export interface EndedTask {
  readonly name: string;
  readonly status: OutcomeStatus;
  readonly code: string;
}

/**
 * Ends tasks: outcomes written, locks freed, sightings remembered, one `ended` trail entry; one transaction whatever the count.
 * A task that has ended already keeps its first outcome.
 */
export async function recordOutcomes(
  database: Database,
  runId: string,
  outcomes: readonly Outcome[],
  at: Date,
): Promise<void> {
  if (outcomes.length === 0) return;
  await database.transaction(async (sql) => {
    const ended = await endTasks(sql, runId, outcomes, at);
    if (ended.length === 0) return;
    await appendEnded(sql, runId, ended, at);
  });
}

/** The part of `recordOutcomes` before the trail, for callers with a transaction of their own. */
export async function endTasks(
  sql: Sql,
  runId: string,
  outcomes: readonly Outcome[],
  at: Date,
): Promise<readonly EndedTask[]> {
  const { rows } = await sql.query<EndedTask>(endTasksSql, [runId, storableJson(outcomes), at]);
  await countEnded(sql, runId, rows);
  if (rows.length > 0) await markRunCardsStale(sql, runId);
  return rows;
}

// Rows are locked in the order of their device, here and in a claim, so that two batches never wait for each other in a ring.
const endTasksSql = `
  with outcome as materialized (
    select distinct on ("deviceId") *
    from json_to_recordset($2::json) as given("deviceId" text, status text, code text, evidence jsonb, facts jsonb, report jsonb,
      "powerState" integer, "amtVersion" text, "tookMs" double precision)
  ), open as materialized (
    select device_id from oob.task
    where run_id = $1 and state <> 'ended' and device_id in (select "deviceId" from outcome)
    order by device_id for update
  ), ended as (
    update oob.task set state = 'ended', status = outcome.status, code = outcome.code, evidence = outcome.evidence,
      facts = outcome.facts, report = outcome.report, power_state = outcome."powerState", amt_version = outcome."amtVersion",
      took_ms = round(outcome."tookMs"), ended_at = $3, worker_id = null
    from outcome, open
    where task.run_id = $1 and task.device_id = open.device_id and outcome."deviceId" = open.device_id
    returning task.device_id, task.status, task.code, task.power_state, task.amt_version
  ), freed as (
    delete from oob.device_lock where run_id = $1 and device_id in (select device_id from ended)
  ), to_see as materialized (
    select device.id, ended.power_state, ended.amt_version
    from ended join oob.device as device on device.id = ended.device_id
    where ended.power_state is not null or ended.amt_version is not null
    order by device.id for update of device
  ), seen as (
    update oob.device set power_state = coalesce(to_see.power_state, device.power_state),
      amt_version = coalesce(to_see.amt_version, device.amt_version), seen_at = $3
    from to_see where device.id = to_see.id
  )
  select device.name, ended.status, ended.code from ended join oob.device as device on device.id = ended.device_id
  order by device.sort_key, device.name_key`;

async function countEnded(sql: Sql, runId: string, ended: readonly EndedTask[]): Promise<void> {
  if (ended.length === 0) return;
  await sql.query(
    `insert into oob.run_count (run_id, status, code, tasks)
     select $1, status, code, count(*) from json_to_recordset($2::json) as task(status text, code text)
     group by status, code order by status, code
     on conflict (run_id, status, code) do update set tasks = run_count.tasks + excluded.tasks`,
    [runId, storableJson(ended)],
  );
}

/** Writes the trail's `ended` entry: device names by status and code. */
export async function appendEnded(sql: Sql, runId: string, ended: readonly EndedTask[], at: Date): Promise<void> {
  const groups = new Map<string, { status: OutcomeStatus; code: string; devices: string[] }>();
  for (const { name, status, code } of ended) {
    const key = `${status} ${code}`;
    const group = groups.get(key) ?? { status, code, devices: [] };
    group.devices.push(name);
    groups.set(key, group);
  }
  const requestId = await requestIdOf(sql, runId);
  await appendToTrail(sql, [
    { at, kind: 'ended', actor: 'service', requestId, data: { runId, outcomes: [...groups.values()] } },
  ]);
}

/** The request that a run executes. */
export async function requestIdOf(sql: Sql, runId: string): Promise<string | null> {
  const { rows } = await sql.query<{ request_id: string }>('select request_id from oob.run where id = $1', [runId]);
  return rows[0]?.request_id ?? null;
}
