import { provisioningMethods } from '../../provisioning/method-of.ts';
import type { Command } from '../command-spec.ts';
import { breakGlassOption, dryRunOption, reasonOption } from '../options.ts';

/** `provision TARGETS [--mode in-band|out-of-band]`. */
export const provision: Command = {
  name: 'provision',
  summary: 'Take PCs into management: account, certificate, directory, settings',
  usage: 'TARGETS',
  words: { least: 1, most: 100 },
  options: [
    {
      name: 'mode',
      value: provisioningMethods.join('|'),
      summary: 'the way that you mean; refused where the PCs are for the other one',
    },
    reasonOption,
    breakGlassOption,
    dryRunOption,
  ],
  examples: ['provision host42', 'provision site:madrid --mode out-of-band'],
  risk: 'peer',
  operations: ['provision'],
  read: (targetWords, options) => {
    const mode = options.get('mode')?.toLowerCase();
    if (mode !== undefined && !provisioningMethods.some((each) => each === mode))
      return { kind: 'mistake', problem: `--mode is ${provisioningMethods.join(' or ')}.` };
    return { kind: 'operation', operation: 'provision', parameters: mode === undefined ? {} : { mode }, targetWords };
  },
};
