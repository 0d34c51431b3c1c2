import { createHash } from 'node:crypto';
import type { Config } from './schema.ts';

/** What the rules are made of, so that a test may give just that. */
export type PolicyInput = Pick<Config, 'roles' | 'people' | 'operations' | 'limits' | 'profiles'>;

/**
 * Fingerprint of the rules in force: SHA-256, lower-case hex, over roles, who has which, risks, limits and profiles. The order in
 * which they are written makes no difference, nor do names and accounts of people. A plan is frozen under one version.
 */
export function policyVersionOf({ roles, people, operations, limits, profiles }: PolicyInput): string {
  // Of two profiles the later one counts.
  const inOrder = Object.entries(profiles).map(([id, profile], order) => ({ id, order, profile }));
  const held = people.map((person) => ({ id: person.id, roles: person.roles }));
  return createHash('sha256')
    .update(canonical({ roles, people: held, operations, limits, profiles: inOrder }))
    .digest('hex');
}

/** JSON with sorted keys. Every list in the rules is a set, so lists are sorted and repeats dropped too. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(canonical))].sort().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${entries.sort().join(',')}}`;
}
