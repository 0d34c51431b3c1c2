import { type Command, onTargets } from '../command-spec.ts';
import { byForm, type Form, ofForms } from '../forms.ts';
import { breakGlassOption, dryRunOption, reasonOption } from '../options.ts';

const forms: readonly Form[] = [
  {
    name: 'list',
    summary: 'List the AMT accounts of PCs',
    usage: 'TARGETS',
    risk: 'read',
    operations: ['read-accounts'],
    read: onTargets('read-accounts'),
  },
  {
    name: 'apply',
    summary: 'Give PCs the accounts of their profile; others are left alone',
    usage: 'TARGETS [--prune] [--passwords]',
    risk: 'act',
    operations: ['apply-accounts', 'prune-accounts'],
    read: (targetWords, options) => ({
      kind: 'operation',
      operation: options.has('prune') ? 'prune-accounts' : 'apply-accounts',
      parameters: options.has('passwords') ? { passwords: 'yes' } : {},
      targetWords,
    }),
  },
];

/** `accounts list|apply TARGETS`. */
export const accounts: Command = {
  ...ofForms(forms),
  name: 'accounts',
  summary: 'List the AMT accounts of PCs, or give them those of their profile',
  words: { least: 1, most: 101 },
  options: [
    {
      name: 'prune',
      value: null,
      summary: 'with apply: remove accounts that no profile names; another person must approve',
    },
    { name: 'passwords', value: null, summary: 'with apply: write passwords again of accounts that are there already' },
    reasonOption,
    breakGlassOption,
    dryRunOption,
  ],
  examples: ['accounts list host42', 'accounts apply site:madrid', 'accounts apply host42 --prune'],
  read: byForm('accounts', forms),
};
