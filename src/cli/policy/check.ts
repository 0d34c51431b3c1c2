import { basename } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { policyOf } from '../../config/settings/policy-of.ts';
import { possiblePrincipalsOf } from '../../config/settings/principals-of.ts';
import { plural } from '../../messages/format.ts';
import { weaknessesOf } from '../../policy/weaknesses.ts';

/**
 * Says what in the policy of a valid configuration has no effect or leads nowhere. Resolves to the exit code: 0 nothing to say, 1 there
 * are warnings. An invalid configuration does not come this far; it ends 2.
 */
export function runPolicyCheck(options: {
  readonly config: Config;
  readonly file: string;
  readonly now: Date;
  readonly out: (line: string) => void;
}): number {
  const { config, file, now, out } = options;
  const policy = policyOf(config);
  const weaknesses = weaknessesOf(policy, possiblePrincipalsOf(config), now);
  for (const { where, problem } of weaknesses) out(`${basename(file)}: ${where}: ${problem}.`);
  const { roles, rules, windows, freezes, holds, version } = policy;
  const size = [
    plural(roles.length, 'role'),
    plural(rules.length, 'rule'),
    plural(windows.length, 'window'),
    plural(freezes.length, 'freeze'),
    plural(holds.length, 'hold'),
  ].join(', ');
  const found = weaknesses.length === 0 ? 'nothing to warn of' : plural(weaknesses.length, 'warning');
  out(`The policy is valid (${size}; version ${version.slice(0, 12)}): ${found}.`);
  return weaknesses.length === 0 ? 0 : 1;
}
