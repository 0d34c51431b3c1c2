import { createHash } from 'node:crypto';
import type { Config } from '../schema.ts';

/** What the rules are made of, so that a test may give just that. */
export type PolicyInput = Pick<
  Config,
  | 'service'
  | 'roles'
  | 'people'
  | 'operations'
  | 'limits'
  | 'profiles'
  | 'rules'
  | 'windows'
  | 'freezes'
  | 'holds'
  | 'approvals'
>;

/**
 * Fingerprint of the rules in force: SHA-256, lower-case hex, over roles, who has which, risks, rules, windows, freezes, holds, limits
 * and profiles. The order in which they are written makes no difference, nor do names and accounts of people. A plan is frozen under
 * one version.
 */
export function policyVersionOf(config: PolicyInput): string {
  const { service, roles, people, operations, limits, profiles, rules, freezes, holds, approvals } = config;
  // Of two profiles the later one counts.
  const inOrder = Object.entries(profiles).map(([id, profile], order) => ({ id, order, profile }));
  const held = people.map((person) => ({ id: person.id, roles: person.roles }));
  const windows = config.windows.map((window) => ({ ...window, timezone: window.timezone ?? service.timezone }));
  const { reasonFrom } = approvals;
  return createHash('sha256')
    .update(
      canonical({
        roles,
        people: held,
        operations,
        limits,
        profiles: inOrder,
        rules,
        windows,
        freezes,
        holds,
        reasonFrom,
      }),
    )
    .digest('hex');
}

/** JSON with sorted keys. Every list in the rules is a set, so lists are sorted and repeats dropped too. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(canonical))].sort().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${entries.sort().join(',')}}`;
}
