import { type Command, onTargets } from '../../command-spec.ts';
import { breakGlassOption, dryRunOption, reasonOption } from '../../options.ts';

/** `poweron TARGETS`. */
export const poweron: Command = {
  name: 'poweron',
  summary: 'Turn PCs on and look whether they really came on',
  usage: 'TARGETS',
  words: { least: 1, most: 100 },
  options: [reasonOption, breakGlassOption, dryRunOption],
  examples: ['poweron host42', 'poweron site:madrid - group:vip'],
  risk: 'act',
  operations: ['power-on'],
  featured: true,
  read: onTargets('power-on'),
};
