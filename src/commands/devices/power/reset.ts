import { type Command, onTargets } from '../../command-spec.ts';
import { breakGlassOption, dryRunOption, reasonOption } from '../../options.ts';

/** `reset TARGETS`. */
export const reset: Command = {
  name: 'reset',
  summary: 'Reset PCs that hang, as the reset button does',
  usage: 'TARGETS',
  words: { least: 1, most: 100 },
  options: [reasonOption, breakGlassOption, dryRunOption],
  examples: ['reset host42 --reason "hangs at 30 %"'],
  risk: 'peer',
  operations: ['reset'],
  featured: true,
  read: onTargets('reset'),
};
