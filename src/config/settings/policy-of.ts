import type { Policy } from '../../policy/policy.ts';
import type { Config } from '../schema.ts';
import { policyVersionOf } from './policy-version.ts';

/** The rules as the policy wants them. */
export function policyOf(config: Config): Policy {
  const { operations, roles, limits, approvals, rules } = config;
  return {
    version: policyVersionOf(config),
    roles,
    risks: {
      'power-on': operations['power-on'].risk,
      'power-off': operations['power-off'].risk,
      'shut-down': operations['shut-down'].risk,
      'power-cycle': operations['power-cycle'].risk,
      reset: operations.reset.risk,
      boot: operations.boot.risk,
      'read-status': operations['read-status'].risk,
      diagnose: operations.diagnose.risk,
      verify: operations.verify.risk,
      discover: operations.discover.risk,
      'read-events': operations['read-events'].risk,
      'read-inventory': operations['read-inventory'].risk,
      'pull-audit-log': operations['pull-audit-log'].risk,
      'export-audit-log': operations['export-audit-log'].risk,
      'enable-audit-log': operations['enable-audit-log'].risk,
      'disable-audit-log': operations['disable-audit-log'].risk,
      'clear-audit-log': operations['clear-audit-log'].risk,
      'read-audit-policy': operations['read-audit-policy'].risk,
      'set-audit-policy': operations['set-audit-policy'].risk,
      'sync-time': operations['sync-time'].risk,
      'read-alarms': operations['read-alarms'].risk,
      'set-alarm': operations['set-alarm'].risk,
      'clear-alarm': operations['clear-alarm'].risk,
      'read-accounts': operations['read-accounts'].risk,
      'apply-accounts': operations['apply-accounts'].risk,
      'prune-accounts': operations['prune-accounts'].risk,
      'read-settings': operations['read-settings'].risk,
      'diff-settings': operations['diff-settings'].risk,
      'apply-settings': operations['apply-settings'].risk,
      provision: operations.provision.risk,
      update: operations.update.risk,
      'renew-certificates': operations['renew-certificates'].risk,
      'rotate-passwords': operations['rotate-passwords'].risk,
      unprovision: operations.unprovision.risk,
      'unprovision-fully': operations['unprovision-fully'].risk,
    },
    rules,
    windows: config.windows.map(({ from, to, timezone, ...window }) => ({
      ...window,
      fromMinutes: minutesOf(from),
      toMinutes: minutesOf(to),
      timeZone: timezone ?? config.service.timezone,
    })),
    freezes: config.freezes.map(({ from, to, ...freeze }) => ({ ...freeze, from: new Date(from), to: new Date(to) })),
    holds: config.holds.map(({ until, ...hold }) => ({ ...hold, until: until === undefined ? null : new Date(until) })),
    limits: { devicesPerRequest: limits.devicesPerRequest, requestsPerHour: limits.requestsPerHour },
    breakGlassPerHour: limits.breakGlassPerHour,
    reasonFrom: approvals.reasonFrom === 'never' ? null : approvals.reasonFrom,
    approvalExpiryMs: approvals.expireMinutes * 60_000,
    confirmExpiryMs: approvals.confirmMinutes * 60_000,
  };
}

/** Minutes after midnight of `22:30`. */
function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}
