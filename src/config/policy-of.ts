import type { Policy } from '../policy/policy.ts';
import { policyVersionOf } from './policy-version.ts';
import type { Config } from './schema.ts';

/** The rules as the policy wants them. */
export function policyOf(config: Config): Policy {
  const { operations, roles, limits, approvals } = config;
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
    },
    limits,
    approvalExpiryMs: approvals.expireMinutes * 60_000,
  };
}
