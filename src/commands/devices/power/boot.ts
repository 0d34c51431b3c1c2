import { bootTargets } from '../../../ports/amt/boot.ts';
import type { Command } from '../../command-spec.ts';
import { breakGlassOption, dryRunOption, reasonOption } from '../../options.ts';

/** `boot TARGETS pxe|disk|bios|cd`. */
export const boot: Command = {
  name: 'boot',
  summary: 'Boot PCs once from network, disk or CD, or into the BIOS set-up',
  usage: `TARGETS ${bootTargets.join('|')}`,
  words: { least: 2, most: 100 },
  options: [reasonOption, breakGlassOption, dryRunOption],
  examples: ['boot host42 pxe', 'boot host42 bios --reason "boot order"'],
  risk: 'peer',
  operations: ['boot'],
  featured: true,
  read(words) {
    const from = words.at(-1)?.toLowerCase() ?? '';
    if (!bootTargets.some((target) => target === from))
      return { kind: 'mistake', problem: `The last word says from what: ${bootTargets.join(', ')}.` };
    return { kind: 'operation', operation: 'boot', parameters: { from }, targetWords: words.slice(0, -1) };
  },
};
