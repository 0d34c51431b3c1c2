import { plural } from '../../messages/format.ts';
import type { AuditRecord } from '../../ports/amt/audit-log.ts';
import type { AmtSession } from '../../ports/amt.ts';
import type { DeviceLogStore, KeptReading } from '../../ports/store/device-log-store.ts';
import { endOf } from '../finding.ts';
import type { Operation, OperationEnd } from '../operation.ts';
import { hashOfLog } from './log-hash.ts';

/**
 * True when the log was cleared since it was exported: firmware notes it as event 0 of the security audit log (20). Not always as the
 * first record, for firmware from AMT 12 on keeps the last critical ones.
 */
function wasClearedSince(records: readonly AuditRecord[], { lastRecordAt }: KeptReading): boolean {
  return records.some(
    ({ appId, eventId, at }) => appId === 20 && eventId === 0 && (lastRecordAt === null || at > lastRecordAt),
  );
}

/**
 * Clears the audit log, and only a log of which every record was exported: it is read again and compared under its lock, so that
 * nothing can be written between the look and the clearing. Repeated after an interruption only when that still holds.
 */
export function createClearLog(deps: { readonly deviceLogs: DeviceLogStore }): Operation {
  return {
    name: 'clear-audit-log',
    exclusive: true,
    async refusal(devices) {
      const exported = new Set(
        (await deps.deviceLogs.latestExports(devices.map(({ id }) => id))).map(({ deviceId }) => deviceId),
      );
      const never = devices.filter(({ id }) => !exported.has(id)).map(({ name }) => name);
      if (never.length === 0) return null;
      const more = never.length > 3 ? ` and ${never.length - 3} more` : '';
      return {
        code: 'export_first',
        details: [`The log of ${never.slice(0, 3).join(', ')}${more} was never exported`],
      };
    },
    async perform({ session, device, interrupted }) {
      const [kept] = await deps.deviceLogs.latestExports([device.id]);
      if (!kept) return refused(session, ['the log was never exported']);
      return session.auditLog.withLock(async () => {
        const records = await session.auditLog.readAll();
        const differs = differenceOf(records, kept);
        if (differs === null) {
          await session.auditLog.clear();
          return endOf(session, 'ok', 'done', { summary: `audit log cleared of ${plural(records.length, 'record')}` });
        }
        if (interrupted && wasClearedSince(records, kept))
          return endOf(session, 'ok', 'done', { summary: `audit log cleared of ${plural(kept.records, 'record')}` });
        return refused(session, [differs, `exported at ${kept.at.toISOString()}`]);
      });
    },
  };
}

function refused(session: AmtSession, evidence: readonly string[]): OperationEnd {
  return endOf(session, 'failed', 'export_first', null, evidence);
}

/** How the log is another than the exported one, in words; null when it is the same to the last bit. */
function differenceOf(records: readonly AuditRecord[], kept: KeptReading): string | null {
  if (records.length !== kept.records)
    return `the log has ${plural(records.length, 'record')}, the export ${kept.records}`;
  return hashOfLog(records) === kept.hash ? null : `the log has other records than the export`;
}
