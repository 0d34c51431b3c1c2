import { type Command, onTargets } from '../command-spec.ts';

/** `inventory TARGETS`. */
export const inventory: Command = {
  name: 'inventory',
  summary: 'Read the hardware of PCs and keep it',
  usage: 'TARGETS',
  words: { least: 1, most: 100 },
  options: [],
  examples: ['inventory host42', 'inventory site:madrid'],
  risk: 'read',
  operations: ['read-inventory'],
  featured: true,
  read: onTargets('read-inventory'),
};
