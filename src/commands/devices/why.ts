import { type Command, onTargets } from '../command-spec.ts';

/** `why TARGETS`. */
export const why: Command = {
  name: 'why',
  summary: 'Find out why PCs did not wake: one cause each, the evidence, what to do',
  usage: 'TARGETS',
  words: { least: 1, most: 10 },
  options: [],
  examples: ['why host17', 'why host17 host23'],
  risk: 'read',
  operations: ['diagnose'],
  read: onTargets('diagnose'),
};
