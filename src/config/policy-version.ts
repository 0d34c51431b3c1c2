import { createHash } from 'node:crypto';
import type { Config } from './schema.ts';

/** What the rules are made of, so that a test may give just that. */
export type PolicyInput = Pick<Config, 'roles' | 'people' | 'operations' | 'limits'>;

/**
 * Fingerprint of the rules in force: SHA-256, lower-case hex, over roles, who has which, risks and limits. The order in
 * which they are written makes no difference, nor do names and accounts of people. A plan is frozen under one version.
 */
export function policyVersionOf({ roles, people, operations, limits }: PolicyInput): string {
  const held = people.map((person) => ({ id: person.id, roles: person.roles }));
  return createHash('sha256')
    .update(canonical({ roles, people: held, operations, limits }))
    .digest('hex');
}

/** JSON with sorted keys. Every list in the rules is a set, so lists are sorted and repeats dropped too. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(canonical))].sort().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${entries.sort().join(',')}}`;
}
