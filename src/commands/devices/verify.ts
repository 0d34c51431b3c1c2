import { type Command, onTargets } from '../command-spec.ts';

/** `verify TARGETS`. */
export const verify: Command = {
  name: 'verify',
  summary: 'Check all that managing PCs rests on: DNS, ports, certificate, account, flaws',
  usage: 'TARGETS',
  words: { least: 1, most: 10 },
  options: [],
  examples: ['verify host42'],
  risk: 'read',
  operations: ['verify'],
  read: onTargets('verify'),
};
