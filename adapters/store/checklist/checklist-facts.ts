import { z } from 'zod';
import {
  type ChecklistFacts,
  type SiteFleet,
  type TallyName,
  tallyNames,
} from '../../../src/ports/checklist/checklist-facts.ts';
import { renewalDays } from '../../../src/ports/pki/renewal.ts';
import type { Database } from '../database/connection.ts';
import { foldName } from '../database/sort-key.ts';
import { isNotTakenBack } from '../provisioning/taken-back.ts';

const shownNames = 5;

/**
 * What each tally counts, over the row `pc`. `$2` is the moment that "lately" begins at, `$3` is now. AMT drops events of an audit log that
 * is 85 % full.
 */
const conditions: Readonly<Record<TallyName, string>> = {
  statusKnown: 'pc.status_seen >= $2',
  statusOld: 'pc.status_seen is null or pc.status_seen < $2',
  provisioned: "pc.status = 'provisioned'",
  externallyProvisioned: "pc.status = 'externally-provisioned'",
  neverProvisioned: "pc.status = 'not-provisioned' and not pc.was_provisioned",
  reset: "pc.status = 'not-provisioned' and pc.was_provisioned",
  detected: "pc.status = 'detected' and pc.sub_state is null",
  untried: "pc.status = 'detected' and pc.sub_state = 'account-not-tried'",
  notSupported: "pc.status = 'not-supported'",
  told: 'pc.told_at >= $2',
  asked: "pc.asked_at >= $2 and (pc.asked = 'ok' or pc.asked is null)",
  askFailed: "pc.asked <> 'ok' and (pc.status is distinct from 'not-provisioned' or pc.was_provisioned)",
  compared: 'pc.compared_at >= $2',
  drifting: 'pc.drifts > pc.audit_drifts + pc.network_drifts',
  auditDrifting: 'pc.drifts > 0 and pc.audit_drifts > 0',
  networkDrifting: 'pc.drifts > 0 and pc.network_drifts > 0',
  networkCertificateEnding: `pc.network_until > $3 and pc.network_until < $3::timestamptz + interval '${renewalDays} days'`,
  networkCertificateEnded: 'pc.network_until <= $3',
  provisionedByUs: "pc.provisioning = 'provisioned'",
  provisioningStopped: "pc.provisioning = 'stopped'",
  provisioningUnderWay: "pc.provisioning in ('under-way', 'awaiting-agent')",
  certificateEnding: `pc.certificate_expires_at > $3 and pc.certificate_expires_at < $3::timestamptz + interval '${renewalDays} days'`,
  certificateEnded: 'pc.certificate_expires_at <= $3',
  certificateKnown: 'pc.certificate_expires_at is not null',
  auditLogFull: 'pc.full_percent >= 85',
  auditLogKnown: 'pc.full_percent is not null and pc.told_at >= $2',
  auditLogPulled: "pc.pulled_at >= $3::timestamptz - interval '1 day'",
  mayAudit: 'pc.major is null or pc.major >= 4',
  woke: "pc.woken = 'ok'",
  stayedOff: "pc.woken <> 'ok'",
};

/** How the last task of an operation ended on each PC, in runs that began since `$2`. A PC that was busy was not asked. */
const lastOf = (operations: string) => `
  select distinct on (task.device_id) task.device_id, task.status, task.code, task.ended_at, task.report
  from oob.run join oob.request on request.id = run.request_id join oob.task on task.run_id = run.id
  where run.started_at >= $2 and request.operation in (${operations}) and task.state = 'ended' and task.status <> 'skipped'
    and task.code <> 'device_busy' and task.device_id in (select id from site)
  order by task.device_id, run.position desc`;

/** A PC that was taken back on purpose is none of the site's; one that only said hello, and so has no control mode, told nothing of itself. */
const pcSql = `
  with site as materialized (
    select id, name, sort_key, amt_version, substring(amt_version from '^[0-9]+')::int as major from oob.device where site_key = $1
      and ${isNotTakenBack('device.id')}
  ), asked as materialized (${lastOf("'read-status'")}), compared as materialized (${lastOf("'diff-settings', 'apply-settings'")}),
  woken as materialized (${lastOf("'power-on'")}), pc as materialized (
    select site.*, amt.status, amt.sub_state, amt.at as status_seen,
      exists (select from oob.amt_status_change as was where was.device_id = site.id and was.status = 'provisioned') as was_provisioned,
      greatest(standing.told_at, asked.ended_at) as asked_at, asked.status as asked,
      standing.told_at, standing.certificate_expires_at, standing.audit_log_full_percent as full_percent, standing.compared_at, standing.drifts,
      (select count(*) from jsonb_array_elements(compared.report->'table'->'rows') as line where line->>0 like 'Audit log of%') as audit_drifts,
      (select count(*) from jsonb_array_elements(compared.report->'table'->'rows') as line where line->>0 like '802.1X%') as network_drifts,
      (select max(own.not_after) from oob.certificate as own
        where own.device_id = site.id and own.kind = 'network_client' and own.state in (2, 3, 5)) as network_until,
      provisioning.state as provisioning, woken.status as woken,
      (select max(reading.at) from oob.audit_log_reading as reading where reading.device_id = site.id) as pulled_at
    from site left join oob.amt_status as amt on amt.device_id = site.id
      left join (select *, case when control_mode is not null then status_at end as told_at from oob.device_standing) as standing
        on standing.device_id = site.id
      left join oob.provisioning as provisioning on provisioning.device_id = site.id
      left join asked on asked.device_id = site.id left join compared on compared.device_id = site.id
      left join woken on woken.device_id = site.id
  )`;

const tallySql = tallyNames
  .map(
    (name) => `count(*) filter (where ${conditions[name]})::int as "${name}",
      (array_agg(name order by sort_key, name) filter (where ${conditions[name]}))[1:${shownNames}] as "${name} names"`,
  )
  .join(', ');

const talliesSchema = z.record(z.enum(tallyNames), z.object({ count: z.int(), names: z.array(z.string()) }));

/** What is known of the PCs of a site, and of the service itself. */
export function createChecklistFacts(database: Database): ChecklistFacts {
  return {
    async fleet(site, since, now) {
      const siteKey = foldName(site);
      const { rows } = await database.query<Record<string, unknown>>(
        `${pcSql} select count(*)::int as devices, min(status_seen) filter (where status_seen >= $2) as "oldestStatus",
           min(asked_at) filter (where asked_at >= $2) as "oldestAsked",
           min(compared_at) filter (where compared_at >= $2) as "oldestCompared", ${tallySql} from pc`,
        [siteKey, since, now],
      );
      const { rows: versions } = await database.query<SiteFleet['versions'][number]>(
        `select amt_version as version, count(*)::int as devices from oob.device where site_key = $1
         group by 1 order by 2 desc, 1`,
        [siteKey],
      );
      const row = rows[0] ?? {};
      const dateOf = (key: string) => (row[key] instanceof Date ? row[key] : null);
      const tallies = tallyNames.map((name) => [name, { count: row[name], names: row[`${name} names`] ?? [] }]);
      return {
        devices: Number(row.devices ?? 0),
        versions,
        tallies: talliesSchema.parse(Object.fromEntries(tallies)),
        oldest: {
          status: dateOf('oldestStatus'),
          asked: dateOf('oldestAsked'),
          compared: dateOf('oldestCompared'),
        },
      };
    },

    async service(now) {
      const { rows: workers } = await database.query<{ alive: number }>(
        `select count(*) as alive from oob.worker where seen_at > $1::timestamptz - interval '1 minute'`,
        [now],
      );
      const { rows: jobs } = await database.query<{ waiting: number; longest: number | null }>(
        // The database's own clock, by which jobs are due.
        `select count(*) as waiting, (extract(epoch from now() - min(start_after)) * 1000)::bigint as longest
         from pgboss.job where state in ('created', 'retry') and start_after < now()`,
      );
      return {
        workers: workers[0]?.alive ?? 0,
        waiting: jobs[0]?.waiting ?? 0,
        longestWaitMs: jobs[0]?.longest ?? 0,
      };
    },
  };
}
