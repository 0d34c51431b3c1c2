import { type Command, onTargets } from '../command-spec.ts';
import { byForm, type Form, ofForms } from '../forms.ts';
import { breakGlassOption, dryRunOption, reasonOption } from '../options.ts';

const forms: readonly Form[] = [
  {
    name: 'sync',
    summary: "Set the clocks of PCs' AMT and say how far they were off",
    usage: 'TARGETS',
    risk: 'act',
    operations: ['sync-time'],
    read: onTargets('sync-time'),
  },
];

/** `time sync TARGETS`. */
export const time: Command = {
  ...ofForms(forms),
  name: 'time',
  summary: "Set the clocks of PCs' AMT",
  words: { least: 1, most: 101 },
  options: [reasonOption, breakGlassOption, dryRunOption],
  examples: ['time sync site:madrid'],
  read: byForm('time', forms),
};
