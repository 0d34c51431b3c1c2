import type { AmtStatus } from '../../src/ports/discovery/amt-status-store.ts';
import type {
  DeviceStanding,
  FleetStore,
  ListedDevice,
  PastOutcome,
  SiteFleetCount,
} from '../../src/ports/store/fleet-store.ts';
import type { Database } from './database/connection.ts';
import { storableText } from './database/json.ts';
import { foldName } from './database/sort-key.ts';

const statusColumn = "coalesce(amt_status.status, 'unknown')";
const withStatus = 'oob.device as device left join oob.amt_status on amt_status.device_id = device.id';

interface ListRow {
  name: string;
  status: AmtStatus;
  sub_state: ListedDevice['subState'];
  since: Date | null;
  power_state: number | null;
  amt_version: string | null;
  seen_at: Date | null;
}

interface StandingRow {
  status_at: Date | null;
  provisioning: NonNullable<DeviceStanding['status']>['provisioningState'];
  control_mode: NonNullable<DeviceStanding['status']>['controlMode'];
  certificate_expires_at: Date | null;
  audit_log_full_percent: number | null;
  compared_at: Date | null;
  drifts: number | null;
}

interface OutcomeRow {
  operation: PastOutcome['operation'];
  status: PastOutcome['status'];
  code: string;
  evidence: string[];
  ended_at: Date;
  request_id: string;
}

/** The fleet in oob.device, with what oob.amt_status, oob.device_standing and oob.task know of it. */
export function createFleetStore(database: Database): FleetStore {
  return {
    async bySite(site) {
      const { rows } = await database.query<{ site: string; status: AmtStatus; devices: number; on: number }>(
        `select min(min(device.site)) over (partition by device.site_key) as site, ${statusColumn} as status,
           count(*) as devices, count(*) filter (where device.power_state = 2) as "on"
         from ${withStatus} where $1::text is null or device.site_key = $1 group by device.site_key, ${statusColumn} order by device.site_key`,
        [site === null ? null : foldName(storableText(site))],
      );
      const sites = new Map<string, SiteFleetCount>();
      for (const { site: name, status, devices, on } of rows) {
        const known = sites.get(name) ?? { site: name, devices: 0, on: 0, statuses: {} };
        sites.set(name, {
          site: name,
          devices: known.devices + devices,
          on: known.on + on,
          statuses: { ...known.statuses, [status]: devices },
        });
      }
      return [...sites.values()];
    },

    async list({ site, status, limit, offset }) {
      const { rows } = await database.query<ListRow>(
        `select device.name, ${statusColumn} as status, amt_status.sub_state, amt_status.since, device.power_state,
           device.amt_version, device.seen_at
         from ${withStatus} where device.site_key = $1 and ($2::text is null or ${statusColumn} = $2)
         order by device.sort_key, device.name_key limit $3 offset $4`,
        [foldName(storableText(site)), status, limit, offset],
      );
      return rows.map(
        (row): ListedDevice => ({
          name: row.name,
          status: row.status,
          subState: row.sub_state,
          since: row.since,
          powerState: row.power_state,
          amtVersion: row.amt_version,
          seenAt: row.seen_at,
        }),
      );
    },

    async standing(deviceId) {
      const { rows } = await database.query<StandingRow>(
        `select status_at, provisioning, control_mode, certificate_expires_at, audit_log_full_percent, compared_at, drifts
         from oob.device_standing where device_id = $1`,
        [deviceId],
      );
      const [row] = rows;
      return {
        status: row?.status_at
          ? {
              at: row.status_at,
              provisioningState: row.provisioning,
              controlMode: row.control_mode,
              certificateExpiresAt: row.certificate_expires_at,
              auditLogFullPercent: row.audit_log_full_percent,
            }
          : null,
        compared: row?.compared_at ? { at: row.compared_at, drifts: row.drifts ?? 0 } : null,
      };
    },

    async outcomes(deviceId, limit) {
      const { rows } = await database.query<OutcomeRow>(
        `select request.operation, task.status, task.code, task.evidence, task.ended_at, request.id as request_id
         from oob.task join oob.run on run.id = task.run_id join oob.request on request.id = run.request_id
         where task.device_id = $1 and task.attempt > 0 and task.state = 'ended'
         order by task.claimed_at desc nulls last limit $2`,
        [deviceId, limit],
      );
      return rows.map(
        (row): PastOutcome => ({
          operation: row.operation,
          status: row.status,
          code: row.code,
          evidence: row.evidence,
          endedAt: row.ended_at,
          requestId: row.request_id,
        }),
      );
    },
  };
}
