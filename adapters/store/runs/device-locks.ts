import type { HeldDevice, RunStore } from '../../../src/ports/runs/run-store.ts';
import { markRunCardsStale } from '../cards.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableText } from '../database/json.ts';
import { appendToTrail } from '../trail/trail.ts';
import { countEnded, type EndedTask, endedEntry } from './record-outcomes.ts';

/** A device that another run holds, and by whom in one line. */
interface HeldElsewhere {
  readonly deviceId: string;
  readonly evidence: string;
}

/** Locks the devices for the run; resolves to those that another run holds. */
export async function lockDevices(
  sql: Sql,
  runId: string,
  ids: readonly string[],
  at: Date,
): Promise<readonly HeldElsewhere[]> {
  await sql.query(
    `insert into oob.device_lock (device_id, run_id, since)
     select id, $2, $3 from unnest($1::text[]) as id order by id collate "C"
     on conflict (device_id) do nothing`,
    [ids, runId, at],
  );
  // A statement of its own: it must see locks that were committed while the insert waited for them.
  const { rows } = await sql.query<{
    device_id: string;
    run_id: string;
    since: Date;
    operation: string | null;
    requester: string | null;
  }>(
    `select held.device_id, held.run_id, held.since, request.operation, request.requester
     from oob.device_lock as held
     left join oob.run as run on run.id = held.run_id left join oob.request as request on request.id = run.request_id
     where held.device_id = any($1) and held.run_id <> $2`,
    [ids, runId],
  );
  return rows.map((row) => ({
    deviceId: row.device_id,
    evidence: `held by run ${row.run_id}${row.operation ? ` (${row.operation} asked by ${row.requester})` : ''} since ${row.since.toISOString()}`,
  }));
}

const heldColumns = `lock.device_id as "deviceId", device.name, device.site, lock.run_id as "runId", run.request_id as "requestId",
  request.operation, request.requester, request.reason, lock.since`;

const heldJoins = `join oob.run as run on run.id = lock.run_id join oob.request as request on request.id = run.request_id
  join oob.device as device on device.id = lock.device_id`;

/** RunStore.held. */
export async function heldDevices(database: Database, limit: number): ReturnType<RunStore['held']> {
  const { rows } = await database.query<HeldDevice & { total: number }>(
    `select ${heldColumns}, count(*) over () as total from oob.device_lock as lock ${heldJoins}
     order by lock.since, device.sort_key, device.name_key limit $1`,
    [limit],
  );
  return { devices: rows.map(({ total: _total, ...device }) => device), total: rows[0]?.total ?? 0 };
}

/** RunStore.unlock. */
export function unlockDevices(
  database: Database,
  ids: readonly string[],
  force: Parameters<RunStore['unlock']>[1],
): Promise<readonly HeldDevice[]> {
  const { by, at, reason } = force;
  return database.transaction(async (sql) => {
    const { rows } = await sql.query<HeldDevice>(
      `with freed as materialized (
         delete from oob.device_lock where device_id = any($1) returning device_id, run_id, since
       )
       select ${heldColumns} from freed as lock ${heldJoins} order by device.sort_key, device.name_key`,
      [ids],
    );
    if (rows.length === 0) return rows;
    const evidence = storableText(`its lock was forced by ${by} at ${at.toISOString()}: ${reason}`);
    const entries = [];
    for (const [runId, held] of Map.groupBy(rows, (row) => row.runId)) {
      const ended = await forceTasks(sql, runId, held, evidence, at);
      const [first] = held;
      if (ended.length > 0 && first) entries.push(endedEntry(first.requestId, runId, ended, at));
    }
    const devices = rows.map(({ name, runId, since }) => ({ device: name, runId, since: since.toISOString() }));
    await appendToTrail(sql, [
      { at, kind: 'lock_forced', actor: by, requestId: null, data: { reason, devices } },
      ...entries,
    ]);
    return rows;
  });
}

/** Notes the forcing on attempts under way; ends those that were cut off, for nobody is at them. */
async function forceTasks(
  sql: Sql,
  runId: string,
  held: readonly HeldDevice[],
  evidence: string,
  at: Date,
): Promise<readonly EndedTask[]> {
  const { rows } = await sql.query<EndedTask>(
    `with open as materialized (
       select device_id, state from oob.task
       where run_id = $1 and device_id = any($2) and state <> 'ended' order by device_id for update
     ), noted as (
       update oob.task set forced = $3 from open
       where task.run_id = $1 and task.device_id = open.device_id and open.state = 'running'
     ), ended as (
       update oob.task set state = 'ended', status = 'unknown', code = 'lock_forced', evidence = jsonb_build_array($3::text),
         facts = '{}', took_ms = 0, ended_at = $4
       from open where task.run_id = $1 and task.device_id = open.device_id and open.state = 'pending'
       returning task.device_id, task.status, task.code
     )
     select ended.device_id as "deviceId", device.name, ended.status, ended.code
     from ended join oob.device as device on device.id = ended.device_id order by device.sort_key, device.name_key`,
    [runId, held.map((each) => each.deviceId), evidence, at],
  );
  await countEnded(sql, runId, rows);
  if (rows.length > 0) await markRunCardsStale(sql, runId);
  return rows;
}
