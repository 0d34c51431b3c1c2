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
      'read-status': operations['read-status'].risk,
      'power-on': operations['power-on'].risk,
      'power-off': operations['power-off'].risk,
      reset: operations.reset.risk,
    },
    limits,
    approvalExpiryMs: approvals.expireMinutes * 60_000,
  };
}
