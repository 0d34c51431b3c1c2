import type { AuditInitiator, AuditRecord } from '../../../src/ports/amt/audit-log.ts';
import type { AuditLogReading, DeviceLogStore, KeptReading } from '../../../src/ports/store/device-log-store.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableJson } from '../database/json.ts';
import { createBatch } from './batch.ts';

interface ReadingRow {
  id: string;
  device_id: string;
  at: Date;
  purpose: KeptReading['purpose'];
  records: number;
  last_record_at: Date | null;
  hash: string;
}

interface RecordRow {
  log_index: number;
  at: Date;
  app_id: number;
  event_id: number;
  app: string;
  event: string;
  initiator: AuditInitiator;
  address: string | null;
  details: AuditRecord['details'];
  raw: string;
}

/** Most records in one transaction. */
const recordsAtOnce = 20_000;

/** Audit logs of devices in oob.audit_log_reading and oob.audit_log_record. */
export function createDeviceLogStore(database: Database): DeviceLogStore {
  return {
    keep: createBatch(
      (readings) => database.transaction((sql) => keepAll(sql, readings)),
      recordsAtOnce,
      ({ records }) => records.length,
    ),

    async latestExports(deviceIds) {
      const { rows } = await database.query<ReadingRow>(
        `select distinct on (device_id) id, device_id, at, purpose, records, last_record_at, hash
         from oob.audit_log_reading where purpose = 'export' and device_id = any($1) order by device_id, position desc`,
        [deviceIds],
      );
      return rows.map((row) => ({
        id: row.id,
        deviceId: row.device_id,
        at: row.at,
        purpose: row.purpose,
        records: row.records,
        lastRecordAt: row.last_record_at,
        hash: row.hash,
      }));
    },

    async records(deviceId, limit) {
      const { rows } = await database.query<RecordRow>(
        `select * from (
           select log_index, at, app_id, event_id, app, event, initiator, address, details, raw, position
           from oob.audit_log_record where device_id = $1 order by at desc, log_index desc, position desc limit $2) as newest
         order by at, log_index, position`,
        [deviceId, limit],
      );
      return rows.map((row) => ({
        index: row.log_index,
        at: row.at,
        appId: row.app_id,
        eventId: row.event_id,
        app: row.app,
        event: row.event,
        initiator: row.initiator,
        address: row.address,
        details: row.details,
        raw: row.raw,
      }));
    },
  };
}

async function keepAll(sql: Sql, readings: readonly AuditLogReading[]): Promise<readonly number[]> {
  await sql.query(
    `insert into oob.audit_log_reading (id, device_id, at, purpose, records, last_record_at, hash)
     select id, "deviceId", at, purpose, records, "lastRecordAt", hash
     from json_to_recordset($1::json) as reading(
       id text, "deviceId" text, at timestamptz, purpose text, records integer, "lastRecordAt" timestamptz, hash text)`,
    [
      storableJson(
        readings.map(({ id, deviceId, at, purpose, records, hash }) => {
          const lastRecordAt = records.at(-1)?.at ?? null;
          return { id, deviceId, at, purpose, records: records.length, lastRecordAt, hash };
        }),
      ),
    ],
  );
  // In the order of the key, so that two writers never wait for each other in a ring.
  const { rows } = await sql.query<{ reading_id: string; added: number }>(
    `with added as (
       insert into oob.audit_log_record (device_id, digest, occurrence, reading_id, log_index, at, app_id, event_id, app, event,
         initiator, address, details, raw)
       select "deviceId", sha256(convert_to(raw, 'UTF8')), occurrence, "readingId", index, at, "appId", "eventId", app, event,
         initiator, address, details, raw
       from json_to_recordset($1::json) as record(
         "deviceId" text, "readingId" text, occurrence integer, index integer, at timestamptz, "appId" integer, "eventId" integer,
         app text, event text, initiator jsonb, address text, details jsonb, raw text)
       order by 1, 2, 3
       on conflict (device_id, digest, occurrence) do nothing returning reading_id
     )
     select reading_id, count(*) as added from added group by reading_id`,
    [storableJson(readings.flatMap(recordsOf))],
  );
  const added = new Map(rows.map((row) => [row.reading_id, row.added]));
  return readings.map(({ id }) => added.get(id) ?? 0);
}

/** Records with how often the same bytes came before in their log: the same event logged twice in a second is two events. */
function recordsOf({ id, deviceId, records }: AuditLogReading) {
  const seen = new Map<string, number>();
  return records.map((record) => {
    const occurrence = (seen.get(record.raw) ?? 0) + 1;
    seen.set(record.raw, occurrence);
    return { ...record, deviceId, readingId: id, occurrence };
  });
}
