import type { Command } from '../../command-spec.ts';
import { breakGlassOption, dryRunOption, reasonOption } from '../../options.ts';

/** `poweroff TARGETS`. */
export const poweroff: Command = {
  name: 'poweroff',
  summary: 'Cut the power of PCs, as holding the button does, or have them shut down',
  usage: 'TARGETS',
  words: { least: 1, most: 100 },
  options: [
    { name: 'graceful', value: null, summary: 'ask the operating system to shut down; never cut it off' },
    { name: 'then-hard', value: null, summary: 'with --graceful: cut it off when it does not go' },
    reasonOption,
    breakGlassOption,
    dryRunOption,
  ],
  examples: ['poweroff host42', 'poweroff group:floor3 --reason "fire drill"', 'poweroff host42 --graceful'],
  risk: 'peer',
  operations: ['power-off', 'shut-down'],
  featured: true,
  read(targetWords, options) {
    const graceful = options.has('graceful');
    const thenHard = options.has('then-hard');
    if (thenHard && !graceful) return { kind: 'mistake', problem: '--then-hard goes with --graceful.' };
    // Whoever lets the power be cut in the end needs the right to do that.
    if (graceful && !thenHard) return { kind: 'operation', operation: 'shut-down', parameters: {}, targetWords };
    return {
      kind: 'operation',
      operation: 'power-off',
      parameters: graceful ? { first: 'graceful' } : {},
      targetWords,
    };
  },
};
