import type {
  NamedOutcome,
  OutcomeReport,
  OutcomeStatus,
  RunProgress,
  RunStore,
  SiteCount,
} from '../../../src/ports/runs/run-store.ts';
import { markRunCardsStale } from '../cards.ts';
import type { Database } from '../database/connection.ts';
import { appendToTrail } from '../trail/trail.ts';
import { cancelPending, changeRun, expirePending, stopRun } from './change-run.ts';
import { claimTasks } from './claim-tasks.ts';
import { heldDevices, unlockDevices } from './device-locks.ts';
import { heldUpOf } from './held-up.ts';
import { recordOutcomes } from './record-outcomes.ts';
import { type RunRow, runOf } from './run-rows.ts';
import { standOfRun } from './stand-of-run.ts';
import { startRun } from './start-run.ts';
import { usualTimeOf } from './usual-time.ts';

/** Runs in oob.run, their tasks in oob.task, the locks on devices in oob.device_lock. */
export function createRunStore(database: Database): RunStore {
  return {
    start: (run, trail) => startRun(database, run, trail),
    stand: (runId) => standOfRun(database, runId),
    change: (runId, fromVersion, change, trail) => changeRun(database, runId, fromVersion, change, trail),
    stop: (runId, fromVersion, stop, trail) => stopRun(database, runId, fromVersion, stop, trail),
    cancelPending: (runId, at) => cancelPending(database, runId, at),
    expirePending: (runId, at) => expirePending(database, runId, at),
    async readyDue(runId, at) {
      await database.query(
        `update oob.task set not_before = null where run_id = $1 and state = 'pending' and not_before <= $2`,
        [runId, at],
      );
    },
    held: (limit) => heldDevices(database, limit),
    unlock: (deviceIds, force) => unlockDevices(database, deviceIds, force),

    async get(runId) {
      const { rows } = await database.query<RunRow>('select * from oob.run where id = $1', [runId]);
      return rows[0] ? runOf(rows[0]) : null;
    },

    claim: (runId, workerId, rooms, exclusive, at) => claimTasks(database, { runId, workerId, rooms, exclusive, at }),

    record: (runId, outcomes, at) => recordOutcomes(database, runId, outcomes, at),

    release: (runId, deviceIds) =>
      database.transaction(async (sql) => {
        const { rows } = await sql.query<{ device_id: string }>(
          `update oob.task set state = 'pending', attempt = attempt - 1, worker_id = null, claimed_at = null
           where run_id = $1 and device_id = any($2) and state = 'running' returning device_id`,
          [runId, deviceIds],
        );
        // An interrupted task keeps its device: what its first attempt did is still to be found out.
        await sql.query(
          `delete from oob.device_lock where run_id = $1 and device_id in (
             select device_id from oob.task where run_id = $1 and device_id = any($2) and not interrupted)`,
          [runId, rows.map((row) => row.device_id)],
        );
      }),

    progress: (runId) => progressOf(database, runId),
    heldUp: (runId, at) => heldUpOf(database, runId, at),
    async bySite(runId) {
      const { rows } = await database.query<SiteCount>(
        `select site, count(*) as total, count(*) filter (where status = 'ok') as ok from oob.task where run_id = $1
         group by site order by site`,
        [runId],
      );
      return rows;
    },
    usualMs: (operation) => usualTimeOf(database, operation),

    async outcomes(runId, { all, limit, attachmentChars = 0 }) {
      const { rows } = await database.query<OutcomeRow>(
        `select task.device_id, device.name, task.site, task.status, task.code, task.evidence, task.facts, task.power_state,
           task.amt_version, task.took_ms, task.ended_at,
           case when sum(coalesce(char_length(task.report->'attachment'->>'content'), 0))
             over (order by device.sort_key, device.name_key) <= $4
             then task.report else task.report - 'attachment' end as report
         from oob.task as task join oob.device as device on device.id = task.device_id
         where task.run_id = $1 and task.status is not null and ($2 or task.status in ('failed', 'unknown'))
         order by device.sort_key, device.name_key limit $3`,
        [runId, all, limit, attachmentChars],
      );
      return rows.map(outcomeOf);
    },

    finish: (runId, at, trail) =>
      database.transaction(async (sql) => {
        const ended = await sql.query(
          `update oob.run set state = 'ended', version = version + 1, pause = null, ended_at = $2 where id = $1 and state <> 'ended'
             and not exists (select from oob.task where run_id = $1 and state = 'pending' and not_before is null)
             and not exists (select from oob.task where run_id = $1 and state = 'pending' and not_before is not null)
             and not exists (select from oob.task where run_id = $1 and state = 'running')`,
          [runId, at],
        );
        if (ended.count === 0) return false;
        await sql.query(`update oob.request set state = 'done', version = version + 1 where run_id = $1`, [runId]);
        await markRunCardsStale(sql, runId);
        await appendToTrail(sql, trail);
        return true;
      }),

    async heartbeat(workerId, at) {
      await database.query(heartbeatSql, [workerId, at]);
    },

    async retire(workerId) {
      await database.query('delete from oob.worker where id = $1', [workerId]);
    },

    async reclaim(deadBefore) {
      const { rows } = await database.query<{ run_id: string }>(
        `with buried as (
           delete from oob.worker where seen_at < $1
         ), returned as (
           update oob.task set state = 'pending', interrupted = true, worker_id = null
           where state = 'running' and not exists (
             select from oob.worker where worker.id = task.worker_id and worker.seen_at >= $1)
           returning run_id
         )
         select distinct run_id from returned`,
        [deadBefore],
      );
      return rows.map((row) => row.run_id);
    },

    async unfinished() {
      const { rows } = await database.query<{ id: string }>(
        `select id from oob.run where state <> 'ended' order by position`,
      );
      return rows.map((row) => row.id);
    },

    async startable() {
      const { rows } = await database.query<{ id: string }>(
        `select id from oob.request where state = 'approved' and run_id is null order by position`,
      );
      return rows.map((row) => row.id);
    },

    async latest(limit) {
      const { rows } = await database.query<RunRow>('select * from oob.run order by position desc limit $1', [limit]);
      return rows.map(runOf);
    },

    async holder(deviceId) {
      const { rows } = await database.query<{ runId: string; since: Date }>(
        'select run_id as "runId", since from oob.device_lock where device_id = $1',
        [deviceId],
      );
      return rows[0] ?? null;
    },
  };
}

/** Says that a worker lives; never moves its time back. */
export const heartbeatSql = `
  insert into oob.worker (id, seen_at) values ($1, $2)
  on conflict (id) do update set seen_at = greatest(worker.seen_at, excluded.seen_at)`;

interface OutcomeRow {
  device_id: string;
  name: string;
  site: string;
  status: OutcomeStatus;
  code: string;
  evidence: string[];
  facts: Record<string, string>;
  report: OutcomeReport | null;
  power_state: number | null;
  amt_version: string | null;
  took_ms: number;
  ended_at: Date;
}

function outcomeOf(row: OutcomeRow): NamedOutcome {
  return {
    deviceId: row.device_id,
    name: row.name,
    site: row.site,
    status: row.status,
    code: row.code,
    evidence: row.evidence,
    facts: row.facts,
    report: row.report,
    powerState: row.power_state,
    amtVersion: row.amt_version,
    tookMs: row.took_ms,
    endedAt: row.ended_at,
  };
}

/** One statement, so one snapshot: the counts always add up to the total. */
async function progressOf(database: Database, runId: string): Promise<RunProgress> {
  const { rows } = await database.query<{
    total: number;
    running: number;
    ended: { status: OutcomeStatus; code: string; tasks: number }[];
    retrying: number;
    retry_at: Date | null;
    retry: number | null;
  }>(
    `select total,
       (select count(*) from oob.task where run_id = $1 and state = 'running') as running,
       (select coalesce(json_agg(json_build_object('status', status, 'code', code, 'tasks', tasks)), '[]')
        from oob.run_count where run_id = $1) as ended, later.*
     from oob.run cross join (
       select count(*) as retrying, min(not_before) as retry_at, max(tries) as retry from oob.task
       where run_id = $1 and state = 'pending' and not_before is not null and tries > 0
     ) as later where id = $1`,
    [runId],
  );
  const [row] = rows;
  const { total, running, ended } = row ?? { total: 0, running: 0, ended: [] };
  const byStatus = { ok: 0, failed: 0, unknown: 0, skipped: 0 };
  const byCode: Record<string, number> = {};
  for (const { status, code, tasks } of ended) {
    byStatus[status] += tasks;
    byCode[code] = (byCode[code] ?? 0) + tasks;
  }
  const pending = total - running - byStatus.ok - byStatus.failed - byStatus.unknown - byStatus.skipped;
  const retrying =
    row?.retry_at && row.retry !== null ? { devices: row.retrying, at: row.retry_at, retry: row.retry } : null;
  return { total, pending, running, ...byStatus, byCode, ...(retrying ? { retrying } : {}) };
}
