import { auditAlerts, auditFacts } from '../../messages/reports/logs/audit-log.ts';
import { endOf } from '../finding.ts';
import type { Operation } from '../operation.ts';

/** Switches the access monitor on or off, and reads back whether it is. Safe to repeat. */
export function createSwitchLog(wanted: 'on' | 'off', deps: { readonly timeZone: string }): Operation {
  const isOn = wanted === 'on';
  return {
    name: isOn ? 'enable-audit-log' : 'disable-audit-log',
    exclusive: true,
    async perform({ session, interrupted }) {
      const before = await session.auditLog.status();
      const isSo = before.enabled === isOn;
      if (!isSo) await (isOn ? session.auditLog.enable() : session.auditLog.disable());
      const after = isSo ? before : await session.auditLog.status();
      const isDone = after.enabled === isOn;
      const alerts = auditAlerts(after);
      const report = {
        summary: isDone
          ? `audit log is ${wanted}${isSo ? ' already' : ' now'}`
          : `audit log is still ${isOn ? 'off' : 'on'}`,
        facts: auditFacts(after, deps.timeZone),
        ...(alerts.length > 0 ? { alerts } : {}),
      };
      if (!isDone) return endOf(session, 'failed', 'not_as_written', report);
      return endOf(session, 'ok', isSo && !interrupted ? 'already_so' : 'done', report);
    },
  };
}
