import { type Command, onTargets } from './command-spec.ts';
import { dryRunOption, reasonOption } from './options.ts';

/** `poweroff TARGETS`. */
export const poweroff: Command = {
  name: 'poweroff',
  summary: 'Cut the power of PCs, as holding the button does',
  usage: 'TARGETS',
  words: { least: 1, most: 100 },
  options: [reasonOption, dryRunOption],
  examples: ['poweroff host42', 'poweroff group:floor3 --reason "fire drill"'],
  risk: 'peer',
  operations: ['power-off'],
  read: onTargets('power-off'),
};
