import type { DriftStanding, StandingStore, StatusStanding } from '../../../src/ports/digests/standing-store.ts';
import type { Database } from '../database/connection.ts';
import { storableJson } from '../database/json.ts';
import { isOfTheFuture } from '../database/of-the-future.ts';
import { createBatch } from '../device-logs/batch.ts';

const devicesAtOnce = 1_000;

/** What was found out about PCs last, in oob.device_standing. */
export function createStandingStore(database: Database): StandingStore {
  // Rows are written in the order of their ids, so that two batches never wait for each other in a ring.
  const keepStatus = createBatch<StatusStanding, true>(
    async (all) => {
      await database.query(
        `insert into oob.device_standing (device_id, status_at, provisioning, control_mode, certificate_expires_at, audit_log_full_percent)
         select distinct on ("deviceId") "deviceId", at, "provisioningState", "controlMode", "certificateExpiresAt", "auditLogFullPercent"
         from json_to_recordset($1::json) as told("deviceId" text, at timestamptz, "provisioningState" text, "controlMode" text,
           "certificateExpiresAt" timestamptz, "auditLogFullPercent" integer)
         order by "deviceId", at desc
         on conflict (device_id) do update set status_at = excluded.status_at, provisioning = excluded.provisioning,
           control_mode = excluded.control_mode, certificate_expires_at = excluded.certificate_expires_at,
           audit_log_full_percent = excluded.audit_log_full_percent
         where device_standing.status_at is null or device_standing.status_at <= excluded.status_at
           or ${isOfTheFuture('device_standing.status_at')}`,
        [storableJson(all)],
      );
      return all.map(() => true);
    },
    devicesAtOnce,
    () => 1,
  );
  const keepDrift = createBatch<DriftStanding, true>(
    async (all) => {
      await database.query(
        `insert into oob.device_standing as known (device_id, compared_at, drifts, drifts_changed_at)
         select distinct on ("deviceId") "deviceId", at, drifts, at
         from json_to_recordset($1::json) as told("deviceId" text, at timestamptz, drifts integer)
         order by "deviceId", at desc
         on conflict (device_id) do update set compared_at = excluded.compared_at, drifts = excluded.drifts,
           drifts_before = case when known.drifts is distinct from excluded.drifts then known.drifts else known.drifts_before end,
           drifts_changed_at =
             case when known.drifts is distinct from excluded.drifts then excluded.compared_at else known.drifts_changed_at end
         where known.compared_at is null or known.compared_at <= excluded.compared_at
           or ${isOfTheFuture('known.compared_at')}`,
        [storableJson(all)],
      );
      return all.map(() => true);
    },
    devicesAtOnce,
    () => 1,
  );
  return {
    async keepStatus(standing) {
      await keepStatus(standing);
    },
    async keepDrift(standing) {
      await keepDrift(standing);
    },
  };
}
