import { count, listed, plural } from '../../../messages/format.ts';
import { type ChecklistStep, found } from '../../step.ts';
import { auditedOf, noAuditLog } from '../configuration/auditing.ts';
import { targetsOf } from '../targets-of.ts';

/** Step 17. */
export const auditLogs: ChecklistStep = {
  id: 'oob.auditlog',
  title: 'Enable auditing on selected computers, and manage their audit logs',
  shortTitle: 'audit logs',
  optionality: 'conditional',
  appliesTo: 'sites for which step 9 configures auditing',
  dependsOn: ['oob.auditcfg', 'oob.provision'],
  actors: 'auditors',
  recheckHours: 24,
  async verify({ setup, fleet, site }) {
    const { devices, tallies, oldest } = await fleet();
    const { mayAudit, auditLogFull, auditLogKnown, auditLogPulled } = tallies;
    const audited = auditedOf(setup);
    if (audited.length === 0) return [found.notApplicable('audit logs', 'no profile configures auditing: see step 9')];
    if (devices > 0 && mayAudit.count === 0) return [found.notApplicable('audit logs', noAuditLog)];
    const kept = { where: 'last status reads', at: oldest.asked };
    const room = 'room in the logs';
    const fill =
      auditLogFull.count > 0
        ? {
            ...found.fail(
              room,
              'Export these logs, then have them cleared: /oob audit export, /oob audit clear.',
              `${plural(auditLogFull.count, 'log')} 85 % full or more: ${listed(auditLogFull.names, auditLogFull.count)}`,
            ),
            ...kept,
            command: `audit export ${targetsOf(auditLogFull, site)}`,
          }
        : auditLogKnown.count < audited.length
          ? {
              ...found.unknown(
                room,
                'Ask the PCs.',
                `known of ${count(auditLogKnown.count)} of ${plural(audited.length, 'PC')} that are to log`,
              ),
              command: `status site:${site}`,
            }
          : { ...found.pass(room, `none of ${plural(auditLogKnown.count, 'log')} is 85 % full`), ...kept };
    const read =
      auditLogPulled.count >= audited.length
        ? found.pass('logs kept here', `all ${plural(auditLogPulled.count, 'log')} were read within a day`)
        : {
            ...found.warn(
              'logs kept here',
              'Have them read each night: /oob schedule add NAME "0 2 * * *" audit pull site:NAME',
              `${count(auditLogPulled.count)} of ${plural(audited.length, 'log')} were read within a day`,
            ),
            command: `audit pull site:${site}`,
          };
    return [fill, read];
  },
};
