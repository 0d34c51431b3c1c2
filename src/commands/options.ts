import type { OptionSpec } from './command-spec.ts';

/** Why it is asked for. */
export const reasonOption: OptionSpec = {
  name: 'reason',
  value: 'TEXT',
  summary: 'why; approvers see it and the trail keeps it',
};

/** Plan only. */
export const dryRunOption: OptionSpec = {
  name: 'dry-run',
  value: null,
  summary: 'show the plan and what the policy says, do nothing',
};

/** Without waiting for others, windows and freezes; for those whose role grants it. */
export const breakGlassOption: OptionSpec = {
  name: 'break-glass',
  value: null,
  summary: 'do not wait for approval, window or freeze; needs a role for it and --reason; is reviewed',
};
