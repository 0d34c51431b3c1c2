import { auditFormats, auditLogReport } from '../../messages/reports/audit-log.ts';
import type { NewId } from '../../ports/clock.ts';
import type { DeviceLogStore, ReadingPurpose } from '../../ports/device-log-store.ts';
import { endOf } from '../finding.ts';
import type { Operation } from '../operation.ts';
import { hashOfLog } from './log-hash.ts';

/** What reading the audit log needs. */
export interface ReadLogDeps {
  readonly deviceLogs: DeviceLogStore;
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
      const added = await deps.deviceLogs.keep({
        id: deps.newId('log'),
        deviceId: device.id,
        at: clock.now(),
        purpose,
        records,
        hash: hashOfLog(records),
      });
      const format =
        auditFormats.find((each) => each === parameters.format) ?? (purpose === 'export' ? 'jsonl' : 'csv');
      return endOf(
        session,
        'ok',
        'done',
        auditLogReport({ name: device.name, status, records, added, format, timeZone: deps.timeZone }),
      );
    },
  };
}
