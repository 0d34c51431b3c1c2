import type { ClaimedTask, Outcome, SiteRoom } from '../../src/ports/run-store.ts';
import type { Database, Sql } from './database/connection.ts';
import { type DeviceRow, deviceColumns, deviceOf } from './inventory.ts';
import { appendEnded, type EndedTask, endTasks, requestIdOf } from './record-outcomes.ts';
import { appendToTrail } from './trail.ts';

/** Arguments of RunStore.claim. */
export interface ClaimOrder {
  readonly runId: string;
  readonly workerId: string;
  readonly rooms: readonly SiteRoom[];
  readonly exclusive: boolean;
  readonly at: Date;
}

/**
 * Claims pending tasks in the order of the request. Empty only when the sites with room have no pending task left: when all
 * that were looked at had to end as `device_busy`, it looks further.
 */
export async function claimTasks(database: Database, order: ClaimOrder): Promise<readonly ClaimedTask[]> {
  if (!order.rooms.some((room) => room.room > 0)) return [];
  for (;;) {
    const { claimed, busy } = await database.transaction((sql) => claimOnce(sql, order));
    if (claimed.length > 0 || busy === 0) return claimed;
  }
}

async function claimOnce(sql: Sql, order: ClaimOrder): Promise<{ claimed: readonly ClaimedTask[]; busy: number }> {
  const { runId, workerId, at } = order;
  const candidates = await takeCandidates(sql, order);
  if (candidates.length === 0) return { claimed: [], busy: 0 };
  const held = order.exclusive ? await lockDevices(sql, runId, candidates, at) : [];
  const heldIds = new Set(held.map((outcome) => outcome.deviceId));
  const free = candidates.filter((id) => !heldIds.has(id));
  const claimed = await markClaimed(sql, runId, workerId, free, at);
  const ended: readonly EndedTask[] = held.length > 0 ? await endTasks(sql, runId, held, at) : [];
  if (claimed.length > 0) {
    const devices = claimed.map((task) => task.device.name);
    const interrupted = claimed.filter((task) => task.interrupted).map((task) => task.device.name);
    await appendToTrail(sql, [
      {
        at,
        kind: 'attempted',
        actor: 'service',
        requestId: await requestIdOf(sql, runId),
        data: { runId, workerId, devices, ...(interrupted.length > 0 ? { interrupted } : {}) },
      },
    ]);
  }
  if (ended.length > 0) await appendEnded(sql, runId, ended, at);
  return { claimed, busy: ended.length };
}

/** Locks the rows of the next pending tasks, as many per site as it has room, past those that another claim has in hand. */
async function takeCandidates(sql: Sql, { runId, workerId, rooms, at }: ClaimOrder): Promise<readonly string[]> {
  const { rows } = await sql.query<{ device_id: string }>(
    `with alive as (
       insert into oob.worker (id, seen_at) values ($4, $5)
       on conflict (id) do update set seen_at = greatest(worker.seen_at, excluded.seen_at)
     )
     select candidate.device_id
     from unnest($2::text[], $3::integer[]) as open(site, room)
     cross join lateral (
       select device_id from oob.task
       where run_id = $1 and site = open.site and state = 'pending'
       order by ordinal limit greatest(open.room, 0) for update skip locked
     ) as candidate`,
    [runId, rooms.map((room) => room.site), rooms.map((room) => room.room), workerId, at],
  );
  return rows.map((row) => row.device_id);
}

/** Locks the devices for the run; resolves to outcomes for those that another run holds. */
async function lockDevices(sql: Sql, runId: string, ids: readonly string[], at: Date): Promise<readonly Outcome[]> {
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
    status: 'failed',
    code: 'device_busy',
    evidence: [
      `held by run ${row.run_id}${row.operation ? ` (${row.operation} asked by ${row.requester})` : ''} since ${row.since.toISOString()}`,
    ],
    facts: {},
    report: null,
    powerState: null,
    amtVersion: null,
    tookMs: 0,
  }));
}

async function markClaimed(
  sql: Sql,
  runId: string,
  workerId: string,
  ids: readonly string[],
  at: Date,
): Promise<readonly ClaimedTask[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql.query<DeviceRow & { attempt: number; interrupted: boolean }>(
    `with claimed as (
       update oob.task set state = 'running', attempt = attempt + 1, worker_id = $2, claimed_at = $4
       where run_id = $1 and device_id = any($3) and state = 'pending' returning device_id, ordinal, attempt, interrupted
     )
     select ${deviceColumns}, claimed.attempt, claimed.interrupted
     from claimed join oob.device as device on device.id = claimed.device_id order by claimed.ordinal`,
    [runId, workerId, ids, at],
  );
  return rows.map((row) => ({ device: deviceOf(row), attempt: row.attempt, interrupted: row.interrupted }));
}
