import type { AuditInitiator } from '../../../src/ports/amt/audit-log.ts';
import type {
  Comparison,
  ComparisonGround,
  DeviceFinding,
  Difference,
  EventKey,
  FindingStore,
  ServiceAction,
} from '../../../src/ports/trail/finding-store.ts';
import type { TrailEntry } from '../../../src/ports/trail/trail-store.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableJson, storableText } from '../database/json.ts';
import { createBatch } from '../device-logs/batch.ts';
import { appendToTrail } from './trail.ts';

interface FindingRow {
  id: string;
  device_id: string;
  device: string;
  site: string;
  kind: Difference['kind'];
  found_at: Date;
  at: Date;
  app_id: number | null;
  event_id: number | null;
  what: string;
  initiator: AuditInitiator | null;
  address: string | null;
  request_id: string | null;
  accepted_at: Date | null;
  accepted_by: string | null;
  accepted_reason: string | null;
}

/** Instants as PostgreSQL writes them into JSON. */
interface ActionRow extends Omit<ServiceAction, 'from' | 'to'> {
  readonly from: string;
  readonly to: string | null;
}

const devicesAtOnce = 200;
const recordsAtOnce = 20_000;
const findingsAtOnce = 1_000;
/** Differences of one log that its trail entry names; it counts them all. */
const toldInTrail = 50;

/** Differences in oob.device_finding; what was judged stands with the records and tasks. */
export function createFindingStore(database: Database): FindingStore {
  const groundOf = createBatch(
    (asked: readonly GroundQuestion[]) => groundsOf(database, asked),
    devicesAtOnce,
    () => 1,
  );
  const keep = createBatch(
    (all: readonly Comparison[]) => database.transaction((sql) => keepAll(sql, all)),
    recordsAtOnce,
    ({ judged, differences }) => judged.length + differences.length,
  );
  const list = async (where: string, values: readonly unknown[]) => {
    const { rows } = await database.query<FindingRow & { total: number }>(`${findingsSql} ${where}`, values);
    return { findings: rows.map(findingOf), total: rows[0]?.total ?? 0 };
  };
  return {
    groundOf: async (deviceId, since, operations) => (await groundOf({ deviceId, since, operations })).ground,
    keep,
    openFindings: async (since) =>
      (
        await list('where accepted_at is null and found_at >= $1 order by finding.position limit $2', [
          since,
          findingsAtOnce,
        ])
      ).findings,
    open: (limit, deviceIds) =>
      list(
        `where accepted_at is null and ($2::text[] is null or device_id = any($2)) order by finding.position desc limit $1`,
        [limit, deviceIds],
      ),
    get: async (id) => (await list('where finding.id = $1', [storableText(id)])).findings[0] ?? null,
    accept: (id, { by, at, reason }) =>
      database.transaction(async (sql) => {
        const { rows } = await sql.query<{ device_id: string; kind: string; what: string }>(
          `update oob.device_finding set accepted_at = $2, accepted_by = $3, accepted_reason = $4
           where id = $1 and accepted_at is null returning device_id, kind, what`,
          [storableText(id), at, by, storableText(reason)],
        );
        const [row] = rows;
        if (!row) return false;
        const data = { finding: id, deviceId: row.device_id, kind: row.kind, what: row.what, reason };
        await appendToTrail(sql, [{ at, kind: 'finding_accepted', actor: by, requestId: null, data }]);
        return true;
      }),
  };
}

const findingsSql = `
  select finding.*, device.name as device, device.site, count(*) over () as total
  from oob.device_finding as finding join oob.device as device on device.id = finding.device_id`;

function findingOf(row: FindingRow): DeviceFinding {
  const { accepted_at: at, accepted_by: by, accepted_reason: reason } = row;
  const hasEvent = row.app_id !== null && row.event_id !== null;
  return {
    id: row.id,
    deviceId: row.device_id,
    device: row.device,
    site: row.site,
    kind: row.kind,
    foundAt: row.found_at,
    at: row.at,
    what: row.what,
    event: hasEvent ? `${Number(row.app_id)}/${Number(row.event_id)}` : null,
    initiator: row.initiator,
    address: row.address,
    requestId: row.request_id,
    accepted: at && by !== null && reason !== null ? { at, by, reason } : null,
  };
}

/** Arguments of FindingStore.groundOf. */
interface GroundQuestion {
  readonly deviceId: string;
  readonly since: Date;
  readonly operations: readonly string[];
}

async function groundsOf(
  sql: Sql,
  asked: readonly GroundQuestion[],
): Promise<readonly { readonly ground: ComparisonGround | null }[]> {
  const { rows } = await sql.query<{ id: string; added_at: Date; actions: ActionRow[]; unjudged: string[] }>(
    groundSql,
    [
      asked.map(({ deviceId }) => deviceId),
      asked.map(({ since }) => since),
      [...new Set(asked.flatMap(({ operations }) => operations))],
    ],
  );
  const byDevice = new Map(rows.map((row) => [row.id, row]));
  return asked.map(({ deviceId }) => {
    const row = byDevice.get(deviceId);
    if (!row) return { ground: null };
    const actions = row.actions.map((action) => ({
      ...action,
      from: new Date(action.from),
      to: action.to === null ? null : new Date(action.to),
    }));
    return { ground: { addedAt: row.added_at, actions, unjudged: new Set(row.unjudged) } };
  });
}

const groundSql = `
  select device.id, device.added_at, done.actions, new.digests as unjudged
  from unnest($1::text[], $2::timestamptz[]) as asked(device_id, since)
  join oob.device as device on device.id = asked.device_id
  cross join lateral (
    select coalesce(jsonb_agg(to_jsonb(action) - 'claimed_at' order by action.claimed_at), '[]') as actions from (
      select task.run_id as "runId", request.id as "requestId", request.operation, task.credential, task.claimed_at,
        coalesce(task.first_claimed_at, task.claimed_at) as "from", task.ended_at as "to", task.attempt as attempts,
        coalesce(task.status = 'ok' and task.code in ('done', 'accepted'), false)
          and coalesce(task.facts ->> 'method', 'AMT') <> 'WoL' as "isCertain",
        coalesce(task.evidence, '[]') as evidence,
        (select coalesce(jsonb_agg(record.app_id || '/' || record.event_id), '[]') from oob.audit_log_record as record
         where record.device_id = task.device_id and record.run_id = task.run_id) as traces
      from oob.task join oob.run on run.id = task.run_id join oob.request on request.id = run.request_id
      where task.device_id = device.id and task.attempt > 0 and task.claimed_at is not null
        and (task.ended_at is null or task.ended_at >= asked.since) and request.operation = any($3)
      order by task.claimed_at desc limit 1000
    ) as action
  ) as done
  cross join lateral (
    select coalesce(array_agg(distinct encode(record.digest, 'hex')), '{}') as digests from oob.audit_log_record as record
    where record.device_id = device.id and record.judged_at is null
  ) as new`;

async function keepAll(sql: Sql, all: readonly Comparison[]): Promise<readonly (readonly Difference[])[]> {
  await sql.query(
    `update oob.audit_log_record as record set judged_at = judged.at, run_id = judged."runId"
     from json_to_recordset($1::json) as judged("deviceId" text, digest text, "runId" text, at timestamptz)
     where record.device_id = judged."deviceId" and record.digest = decode(judged.digest, 'hex') and record.judged_at is null`,
    [storableJson(all.flatMap(({ deviceId, at, judged }) => judged.map((each) => ({ ...each, deviceId, at }))))],
  );
  const found = all.flatMap(({ deviceId, at: foundAt, differences }) =>
    differences.map(({ event, ...rest }) => ({ ...rest, ...partsOf(event), deviceId, foundAt })),
  );
  if (found.length === 0) return all.map(() => []);
  const { rows } = await sql.query<{ id: string; name: string }>(
    `with added as (
       insert into oob.device_finding (id, device_id, subject, kind, found_at, at, app_id, event_id, what, initiator, address, request_id)
       select id, "deviceId", subject, kind, "foundAt", at, "appId", "eventId", what, initiator, address, "requestId"
       from json_to_recordset($1::json) as found(id text, "deviceId" text, subject text, kind text, "foundAt" timestamptz,
         at timestamptz, "appId" integer, "eventId" integer, what text, initiator jsonb, address text, "requestId" text)
       order by "deviceId", subject
       on conflict (device_id, subject) do nothing returning id, device_id
     )
     select added.id, device.name from added join oob.device as device on device.id = added.device_id`,
    [storableJson(found)],
  );
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const isNew = ({ id }: { readonly id: string }) => names.has(id);
  await appendToTrail(
    sql,
    all.flatMap(({ deviceId, at, differences }): TrailEntry[] => {
      const added = differences.filter(isNew);
      const [first] = added;
      if (!first) return [];
      const told = added
        .slice(0, toldInTrail)
        .map(({ id, kind, at: when, what, event, initiator, address, requestId }) => ({
          ...{ id, kind, at: when.toISOString(), what, event, initiator, address, requestId },
        }));
      const data = { deviceId, device: names.get(first.id), found: added.length, differences: told };
      return [{ at, kind: 'device_log_differs', actor: 'service', requestId: null, data }];
    }),
  );
  return all.map(({ differences }) => differences.filter(isNew));
}

function partsOf(event: EventKey | null): { readonly appId: number | null; readonly eventId: number | null } {
  const [appId, eventId] = event === null ? [null, null] : event.split('/').map(Number);
  return { appId: appId ?? null, eventId: eventId ?? null };
}
