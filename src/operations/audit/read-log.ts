import type { ReconcileLog } from '../../audit/device-log/reconcile.ts';
import { auditFormats, auditLogReport } from '../../messages/reports/logs/audit-log.ts';
import { differenceAlerts } from '../../messages/reports/logs/findings.ts';
import type { NewId } from '../../ports/clock.ts';
import type { DeviceLogStore, ReadingPurpose } from '../../ports/store/device-log-store.ts';
import { endOf } from '../finding.ts';
import type { Operation } from '../operation.ts';
import { hashOfLog } from './log-hash.ts';

/** What reading the audit log needs. */
export interface ReadLogDeps {
  readonly deviceLogs: DeviceLogStore;
  /** Holds what was read against what the service did. */
  readonly reconcile: ReconcileLog;
  readonly newId: NewId;
  readonly timeZone: string;
}

/**
 * Reads the whole audit log and keeps it: as a `pull`, to be looked at, or as an `export`, after which it may be cleared. It ends
 * well only when it is durable.
 */
export function createReadLog(purpose: ReadingPurpose, deps: ReadLogDeps): Operation {
  return {
    name: purpose === 'pull' ? 'pull-audit-log' : 'export-audit-log',
    exclusive: false,
    async perform({ session, device, parameters, clock }) {
      const status = await session.auditLog.status();
      const records = await session.auditLog.readAll();
      const readAt = clock.now();
      const added = await deps.deviceLogs.keep({
        id: deps.newId('log'),
        deviceId: device.id,
        at: readAt,
        purpose,
        records,
        hash: hashOfLog(records),
      });
      // Only what is kept is judged: cut off in between, the next reading judges it.
      const found = await deps.reconcile({ session, deviceId: device.id, status, records, readAt });
      const format =
        auditFormats.find((each) => each === parameters.format) ?? (purpose === 'export' ? 'jsonl' : 'csv');
      const { timeZone } = deps;
      const report = auditLogReport({ name: device.name, status, records, added, format, timeZone });
      const alerts = [...differenceAlerts(found), ...(report.alerts ?? [])];
      return endOf(session, 'ok', 'done', alerts.length > 0 ? { ...report, alerts } : report);
    },
  };
}
