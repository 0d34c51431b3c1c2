import type { RunPacing } from '../../../src/ports/runs/run-pacing.ts';
import type { ClaimedTask, Outcome, SiteRoom } from '../../../src/ports/runs/run-store.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableJson } from '../database/json.ts';
import { advisoryLocks } from '../database/locks.ts';
import { type DeviceRow, deviceColumns, deviceOf } from '../inventory.ts';
import { appendToTrail } from '../trail/trail.ts';
import { lockDevices } from './device-locks.ts';
import { endedEntry, endTasks } from './record-outcomes.ts';
import { sharePauses } from './site-pause.ts';
import { shareRate } from './site-rate.ts';

/** Arguments of RunStore.claim. */
export interface ClaimOrder {
  readonly runId: string;
  readonly workerId: string;
  readonly rooms: readonly SiteRoom[];
  readonly exclusive: boolean;
  readonly at: Date;
}

interface OpenRun {
  request_id: string;
  wave: number;
  per_minute: number | null;
  sites: RunPacing['sites'] | null;
  operation: string;
}

interface ClaimedRow {
  device_id: string;
  ordinal: number;
  attempt: number;
  interrupted: boolean;
  tries: number;
}

interface Candidate {
  device_id: string;
  site: string;
  interrupted: boolean;
}

/**
 * Claims pending tasks in the order of the request. Empty only when the sites with room have no pending task left, or none that may
 * begin now: when all that were looked at had to end as `device_busy`, it looks further.
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
  const run = await holdOpenRun(sql, order);
  const candidates = run ? await candidatesWithinRate(sql, run, order) : [];
  if (!run || candidates.length === 0) return { claimed: [], busy: 0 };
  const held = order.exclusive ? await busyOf(sql, runId, candidates, at) : [];
  const heldIds = new Set(held.map((outcome) => outcome.deviceId));
  const free = candidates.map(({ device_id }) => device_id).filter((id) => !heldIds.has(id));
  const claimed = await markClaimed(sql, runId, workerId, free, at);
  const ended = held.length > 0 ? await endTasks(sql, runId, held, at) : [];
  const devices = claimed.map((task) => task.device.name);
  const interrupted = claimed.filter((task) => task.interrupted).map((task) => task.device.name);
  const attempted = {
    at,
    kind: 'attempted',
    actor: 'service',
    requestId: run.request_id,
    data: { runId, workerId, devices, ...(interrupted.length > 0 ? { interrupted } : {}) },
  } as const;
  await appendToTrail(sql, [
    ...(claimed.length > 0 ? [attempted] : []),
    ...(ended.length > 0 ? [endedEntry(run.request_id, runId, ended, at)] : []),
  ]);
  return { claimed, busy: ended.length };
}

/** The run, held so that it is neither paused nor stopped until this claim is known to everybody; nothing when it is. */
async function holdOpenRun(sql: Sql, { runId, workerId, at }: ClaimOrder): Promise<OpenRun | undefined> {
  const { rows } = await sql.query<OpenRun>(
    `with alive as (
       insert into oob.worker (id, seen_at) values ($2, $3)
       on conflict (id) do update set seen_at = greatest(worker.seen_at, excluded.seen_at)
     )
     select run.request_id, run.wave, run.per_minute, run.pacing->'sites' as sites, request.operation
     from oob.run join oob.request on request.id = run.request_id
     where run.id = $1 and run.state = 'running' for share of run`,
    [runId, workerId, at],
  );
  return rows[0];
}

async function candidatesWithinRate(sql: Sql, run: OpenRun, order: ClaimOrder): Promise<readonly Candidate[]> {
  const { operation, per_minute: perMinute } = run;
  const sites = run.sites ?? {};
  const paused = await sharePauses(sql, { operation, sites, rooms: order.rooms, at: order.at });
  const rate =
    perMinute === null ? null : await shareRate(sql, { operation, perMinute, rooms: paused.rooms, at: order.at });
  const rooms = rate?.rooms ?? paused.rooms;
  if (!rooms.some(({ room }) => room > 0)) return [];
  const candidates = await takeCandidates(sql, order.runId, run.wave, rooms, sites);
  const taken = Map.groupBy(candidates, (candidate) => candidate.site);
  const used = new Map([...taken].map(([site, each]) => [site, each.length]));
  await paused.spend(used);
  await rate?.spend(used);
  return candidates;
}

/** Locks the rows of the next pending tasks, as many per site as it has room, past those that another claim has in hand. */
async function takeCandidates(
  sql: Sql,
  runId: string,
  wave: number,
  rooms: readonly SiteRoom[],
  sites: RunPacing['sites'],
): Promise<readonly Candidate[]> {
  const caps = rooms.map(({ site }) => sites[site]?.perSubnet ?? null);
  const isCapped = caps.some((cap) => cap !== null);
  // Two claims at a time would each count without the other.
  if (isCapped) await sql.query('select pg_advisory_xact_lock($1, $2)', [...advisoryLocks.subnets]);
  const { rows } = await sql.query<Candidate>(isCapped ? cappedSql : candidatesSql, [
    runId,
    rooms.map((room) => room.site),
    rooms.map((room) => room.room),
    wave,
    ...(isCapped ? [caps] : []),
  ]);
  return rows;
}

const candidatesSql = `
  select candidate.device_id, candidate.site, candidate.interrupted
  from unnest($2::text[], $3::integer[]) as open(site, room)
  cross join lateral (
    select device_id, site, interrupted from oob.task
    where run_id = $1 and site = open.site and state = 'pending' and not_before is null and wave <= $4
    order by wave, ordinal limit greatest(open.room, 0) for update skip locked
  ) as candidate`;

// Chosen first and locked afterwards: rows that are numbered can't be locked.
const cappedSql = `
  with busy as materialized (
    select site, subnet, count(*) as tasks from oob.task
    where state = 'running' and subnet is not null and site = any($2::text[]) group by site, subnet
  ), chosen as materialized (
    select candidate.device_id
    from unnest($2::text[], $3::integer[], $5::integer[]) as open(site, room, cap)
    cross join lateral (
      select device_id from (
        select device_id, wave, ordinal, subnet,
          row_number() over (partition by subnet order by wave, ordinal)
            + coalesce((select tasks from busy where busy.site = open.site and busy.subnet = task.subnet), 0) as place
        from oob.task
        where run_id = $1 and site = open.site and state = 'pending' and not_before is null and wave <= $4
      ) as numbered
      where open.cap is null or subnet is null or place <= open.cap
      order by wave, ordinal limit greatest(open.room, 0)
    ) as candidate
  )
  select device_id, site, interrupted from oob.task
  where run_id = $1 and device_id = any(array(select device_id from chosen)) and state = 'pending' and not_before is null
  order by wave, ordinal for update skip locked`;

/** Locks the devices for the run; resolves to outcomes for those that another run holds. */
async function busyOf(
  sql: Sql,
  runId: string,
  candidates: readonly Candidate[],
  at: Date,
): Promise<readonly Outcome[]> {
  const ids = candidates.map((candidate) => candidate.device_id);
  const cutOff = new Set(candidates.filter((each) => each.interrupted).map((each) => each.device_id));
  const held = await lockDevices(sql, runId, ids, at);
  return held.map(({ deviceId, evidence }) => ({
    deviceId,
    // What a cut-off attempt did is not known, and can't be found out while somebody else works on the device.
    status: cutOff.has(deviceId) ? 'unknown' : 'failed',
    code: cutOff.has(deviceId) ? 'interrupted' : 'device_busy',
    evidence: [evidence],
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
  // Devices first and by themselves: joined with the update the planner reads the whole inventory for every claim, or each with each.
  const found = await sql.query<DeviceRow>(`select ${deviceColumns} from oob.device as device where id = any($1)`, [
    ids,
  ]);
  const devices = new Map(found.rows.map((row) => [row.id, deviceOf(row)]));
  const credentials = Object.fromEntries([...devices].map(([id, { credential }]) => [id, credential]));
  const { rows } = await sql.query<ClaimedRow>(
    `update oob.task set state = 'running', attempt = attempt + 1, worker_id = $2, claimed_at = $4,
       first_claimed_at = coalesce(first_claimed_at, $4), credential = $5::jsonb->>device_id
     where run_id = $1 and device_id = any($3) and state = 'pending'
     returning device_id, ordinal, attempt, interrupted, tries`,
    [runId, workerId, [...devices.keys()], at, storableJson(credentials)],
  );
  return rows
    .toSorted((a, b) => a.ordinal - b.ordinal)
    .flatMap(({ device_id, attempt, interrupted, tries }) => {
      const device = devices.get(device_id);
      return device ? [{ device, attempt, interrupted, ...(tries > 0 ? { tries } : {}) }] : [];
    });
}
