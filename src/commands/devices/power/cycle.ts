import { type Command, onTargets } from '../../command-spec.ts';
import { breakGlassOption, dryRunOption, reasonOption } from '../../options.ts';

/** `cycle TARGETS`. */
export const cycle: Command = {
  name: 'cycle',
  summary: 'Turn PCs off and on, which resets devices that a reset leaves as they are',
  usage: 'TARGETS',
  words: { least: 1, most: 100 },
  options: [reasonOption, breakGlassOption, dryRunOption],
  examples: ['cycle host42 --reason "network card hangs"'],
  risk: 'peer',
  operations: ['power-cycle'],
  featured: true,
  read: onTargets('power-cycle'),
};
