import { type Command, onTargets } from '../command-spec.ts';
import { breakGlassOption, dryRunOption, reasonOption } from '../options.ts';

const options = [reasonOption, breakGlassOption, dryRunOption];
const words = { least: 1, most: 100 };

/** `update TARGETS`. */
export const update: Command = {
  name: 'update',
  summary: 'Push the profile to provisioned PCs: settings, accounts, auditing, 802.1X',
  usage: 'TARGETS',
  words,
  options,
  examples: ['update host42', 'update site:madrid'],
  risk: 'confirm',
  operations: ['update'],
  read: onTargets('update'),
};

/** `renew TARGETS`. */
export const renew: Command = {
  name: 'renew',
  summary: 'Renew the certificates of provisioned PCs, TLS and 802.1X',
  usage: 'TARGETS',
  words,
  options,
  examples: ['renew host42', 'renew due:certificates'],
  risk: 'confirm',
  operations: ['renew-certificates'],
  read: onTargets('renew-certificates'),
};

/** `rotate TARGETS`. */
export const rotate: Command = {
  name: 'rotate',
  summary: 'Give provisioned PCs new passwords, and their directory objects with them',
  usage: 'TARGETS',
  words,
  options,
  examples: ['rotate host42', 'rotate due:passwords'],
  risk: 'confirm',
  operations: ['rotate-passwords'],
  read: onTargets('rotate-passwords'),
};

/** `unprovision TARGETS [--full]`. */
export const unprovision: Command = {
  name: 'unprovision',
  summary: 'Take PCs out of management: unprovisioned, certificate revoked, object deleted',
  usage: 'TARGETS',
  words,
  options: [
    { name: 'full', value: null, summary: 'to factory settings; without it what the next set-up needs stays' },
    ...options,
  ],
  examples: ['unprovision host42', 'unprovision host42 --full --reason "sold"'],
  risk: 'two-peers',
  operations: ['unprovision', 'unprovision-fully'],
  read: (targetWords, given) => ({
    kind: 'operation',
    operation: given.has('full') ? 'unprovision-fully' : 'unprovision',
    parameters: {},
    targetWords,
  }),
};
