import type { HeldGrant } from './grants.ts';
import type { Limits, Policy } from './policy.ts';

/** The limits for somebody with these grants: of several roles that allow the same, the widest, for rights add up. Pure. */
export function limitsFor(grants: readonly HeldGrant[], policy: Pick<Policy, 'limits'>): Limits {
  const widest = (name: keyof Limits) =>
    grants.length === 0
      ? policy.limits[name]
      : Math.max(...grants.map(({ role }) => role.limits?.[name] ?? policy.limits[name]));
  return { devicesPerRequest: widest('devicesPerRequest'), requestsPerHour: widest('requestsPerHour') };
}
