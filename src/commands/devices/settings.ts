import { type Command, onTargets } from '../command-spec.ts';
import { byForm, type Form, ofForms } from '../forms.ts';
import { breakGlassOption, dryRunOption, reasonOption } from '../options.ts';

const forms: readonly Form[] = [
  {
    name: 'show',
    summary: 'Show the AMT settings of PCs',
    usage: 'TARGETS',
    risk: 'read',
    operations: ['read-settings'],
    read: onTargets('read-settings'),
  },
  {
    name: 'diff',
    summary: 'Name each setting that is not as the profile of the PC says',
    usage: 'TARGETS',
    risk: 'read',
    operations: ['diff-settings'],
    read: onTargets('diff-settings'),
  },
  {
    name: 'apply',
    summary: 'Make PCs as their profile says, and read back whether they are',
    usage: 'TARGETS',
    risk: 'act',
    operations: ['apply-settings'],
    read: onTargets('apply-settings'),
  },
];

/** `settings show|diff|apply TARGETS`. */
export const settings: Command = {
  ...ofForms(forms),
  name: 'settings',
  summary: "Show AMT settings, compare them with the site's profile, or make them so",
  words: { least: 1, most: 101 },
  options: [reasonOption, breakGlassOption, dryRunOption],
  examples: ['settings show host42', 'settings diff site:madrid', 'settings apply site:madrid'],
  featured: true,
  read: byForm('settings', forms),
};
