import type {
  DigestFacts,
  DriftCount,
  FleetCount,
  NotWoken,
  WakeUpCount,
  WakeUpRun,
} from '../../../src/ports/digests/digest-store.ts';
import type { Database, Sql } from '../database/connection.ts';
import { foldName } from '../database/sort-key.ts';

const keysOf = (sites: readonly string[] | null): readonly string[] | null => sites?.map(foldName) ?? null;

/** Devices in the sites of parameter `$n`. */
const inSites = (n: number) => `($${n}::text[] is null or device.site_key = any($${n}))`;

/** Tasks of wake-up runs that began from `$1` to `$2`, in the sites of `$3`. */
const wakeUpTasks = `
  wake_up as materialized (
    select run.id, run.request_id, run.started_at, run.ended_at, request.command_text, request.requester
    from oob.run join oob.request on request.id = run.request_id
    where run.started_at >= $1 and run.started_at < $2 and request.operation = 'power-on'
  ), meant as materialized (
    select distinct site from oob.device where $3::text[] is not null and site_key = any($3)
  ), task as (
    select task.run_id, task.site, task.device_id, task.status, task.code, wake_up.started_at
    from wake_up join oob.task on task.run_id = wake_up.id
    where $3::text[] is null or task.site in (select site from meant)
  )`;

// CIM power states: 2 is on, 3, 4 and 7 are asleep or hibernated, 6, 8, 12 and 13 off.
const fleetSql = `
  select device.site,
    case when standing.status_at is null then 'not_asked'
      when standing.provisioning = 'post' and standing.control_mode in ('admin', 'client') then standing.control_mode
      when standing.provisioning = 'post' then 'provisioned' else 'not_provisioned' end as status,
    case when device.power_state = 2 then 'on' when device.power_state in (3, 4, 7) then 'asleep'
      when device.power_state in (6, 8, 12, 13) then 'off' else 'unknown' end as power,
    coalesce(substring(device.amt_version from '^[0-9]+(?:[.][0-9]+)?'), '') as version,
    count(*) as devices
  from oob.device as device left join oob.device_standing as standing on standing.device_id = device.id
  where ${inSites(1)}
  group by 1, 2, 3, 4`;

/** Remembers how the fleet stands, for the transaction of a digest too. */
export async function keepFleet(sql: Sql, at: Date): Promise<void> {
  await sql.query(
    `insert into oob.fleet_snapshot (taken_at, site, counts)
     select $2, site, jsonb_agg(to_jsonb(fleet)) from (${fleetSql}) as fleet group by site
     on conflict (taken_at, site) do nothing`,
    [null, at],
  );
  await sql.query(`delete from oob.fleet_snapshot where taken_at < $1::timestamptz - interval '400 days'`, [at]);
}

/** What digests count. */
export function createDigestFacts(database: Database): DigestFacts {
  return {
    async wakeUpRuns({ since, until, sites }, limit) {
      const { rows } = await database.query<WakeUpRun & { runs: number }>(
        `with ${wakeUpTasks}, counted as (
           select run_id, status, code, count(*)::int as tasks from task group by run_id, status, code
         ), summed as (
           select run_id, sum(tasks)::int as total, coalesce(sum(tasks) filter (where status = 'ok'), 0)::int as "on",
             coalesce(sum(tasks) filter (where status is null), 0)::int as pending,
             coalesce(jsonb_object_agg(code, tasks) filter (where status <> 'ok'), '{}') as "byCode"
           from counted group by run_id
         )
         select run_id as "runId", request_id as "requestId", command_text as "commandText", requester, started_at as "startedAt",
           ended_at as "endedAt", total, "on", pending, "byCode", count(*) over () as runs
         from summed join wake_up on wake_up.id = summed.run_id
         order by started_at desc limit $4`,
        [since, until, keysOf(sites), limit],
      );
      return { items: rows.map(({ runs: _, ...run }) => run), total: rows[0]?.runs ?? 0 };
    },

    async notWoken({ since, until, sites }, limit) {
      const { rows } = await database.query<NotWoken & { total: number }>(
        `with ${wakeUpTasks}
         select wake_up.request_id as "requestId", device.name, task.site, task.code, count(*) over () as total
         from task join wake_up on wake_up.id = task.run_id join oob.device on device.id = task.device_id
         where task.status <> 'ok'
         order by wake_up.started_at desc, device.sort_key, device.name_key limit $4`,
        [since, until, keysOf(sites), limit],
      );
      return { items: rows.map(({ total: _, ...pc }) => pc), total: rows[0]?.total ?? 0 };
    },

    async wakeUpsByDay({ since, until, sites }, timeZone) {
      const { rows } = await database.query<WakeUpCount>(
        `with ${wakeUpTasks}
         select to_char(started_at at time zone $4, 'YYYY-MM-DD') as "of", count(*) filter (where status = 'ok') as "on",
           count(*) filter (where status <> 'ok') as "notOn"
         from task group by 1 order by 1`,
        [since, until, keysOf(sites), timeZone],
      );
      return rows;
    },

    async wakeUpsBySite({ since, until, sites }) {
      const { rows } = await database.query<WakeUpCount>(
        `with ${wakeUpTasks}
         select site as "of", count(*) filter (where status = 'ok') as "on", count(*) filter (where status <> 'ok') as "notOn"
         from task where status is not null group by site
         order by count(*) filter (where status = 'ok')::float / count(*), site`,
        [since, until, keysOf(sites)],
      );
      return rows;
    },

    async fleet(sites) {
      const { rows } = await database.query<FleetCount>(fleetSql, [keysOf(sites)]);
      return rows;
    },

    async fleetAt(at, sites) {
      const { rows } = await database.query<{ taken_at: Date; site: string; counts: FleetCount[] }>(
        `select taken_at, site, counts from oob.fleet_snapshot
         where taken_at = (select coalesce(max(taken_at) filter (where taken_at <= $1), min(taken_at)) from oob.fleet_snapshot)`,
        [at],
      );
      const [first] = rows;
      const keys = keysOf(sites);
      const meant = rows.filter(({ site }) => keys === null || keys.includes(foldName(site)));
      return first ? { takenAt: first.taken_at, counts: meant.flatMap(({ counts }) => counts) } : null;
    },

    keepFleet: (at) => database.transaction((sql) => keepFleet(sql, at)),

    async drift({ since, until, sites }, limit) {
      const { rows } = await database.query<Omit<DriftCount, 'worst'>>(
        `select count(*) as compared, count(*) filter (where drifts > 0) as drifting,
           count(*) filter (where drifts > 0 and drifts_before = 0 and changed) as began,
           count(*) filter (where drifts = 0 and drifts_before > 0 and changed) as mended
         from (
           select drifts, drifts_before, drifts_changed_at >= $1 and drifts_changed_at < $2 as changed
           from oob.device_standing as standing join oob.device as device on device.id = standing.device_id
           where compared_at is not null and ${inSites(3)}
         ) as standing`,
        [since, until, keysOf(sites)],
      );
      const { rows: worst } = await database.query<DriftCount['worst'][number]>(
        `select device.name, device.site, drifts, compared_at as at
         from oob.device_standing as standing join oob.device as device on device.id = standing.device_id
         where drifts > 0 and ${inSites(1)}
         order by drifts desc, device.sort_key, device.name_key limit $2`,
        [keysOf(sites), limit],
      );
      return { ...(rows[0] ?? { compared: 0, drifting: 0, began: 0, mended: 0 }), worst };
    },

    async certificates(until, sites, limit) {
      const { rows } = await database.query<{ name: string; site: string; expiresAt: Date; total: number }>(
        // What a status read saw, and what was issued and is not renewed: 802.1X clients are seen by no status read.
        `select device.name, device.site, ending.at as "expiresAt", count(*) over () as total
         from (
           select device_id, min(at) as at from (
             select device_id, certificate_expires_at as at from oob.device_standing where certificate_expires_at < $1
             union all
             select device_id, not_after from oob.certificate as issued
             where state in (2, 3, 5) and not_after < $1 and device_id is not null and not exists (
               select from oob.certificate as later
               where later.state in (2, 3, 5) and later.kind = issued.kind and later.device_id = issued.device_id
                 and later.name = issued.name and later.not_after > issued.not_after)
           ) as known group by device_id
         ) as ending join oob.device as device on device.id = ending.device_id
         where ${inSites(2)}
         order by ending.at, device.sort_key, device.name_key limit $3`,
        [until, keysOf(sites), limit],
      );
      return { items: rows.map(({ total: _, ...pc }) => pc), total: rows[0]?.total ?? 0 };
    },

    async auditLogs(percent, sites, limit) {
      const { rows } = await database.query<{ name: string; site: string; percent: number; at: Date; total: number }>(
        `select device.name, device.site, audit_log_full_percent as percent, status_at as at, count(*) over () as total
         from oob.device_standing as standing join oob.device as device on device.id = standing.device_id
         where audit_log_full_percent >= $1 and ${inSites(2)}
         order by audit_log_full_percent desc, device.sort_key, device.name_key limit $3`,
        [percent, keysOf(sites), limit],
      );
      return { items: rows.map(({ total: _, ...pc }) => pc), total: rows[0]?.total ?? 0 };
    },
  };
}
