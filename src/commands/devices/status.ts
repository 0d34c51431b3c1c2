import { type Command, onTargets } from '../command-spec.ts';

/** `status TARGETS`. */
export const status: Command = {
  name: 'status',
  summary: 'Ask PCs for power, AMT, provisioning, certificate, link, clock and audit log',
  usage: 'TARGETS',
  words: { least: 1, most: 100 },
  options: [],
  examples: ['status host42', 'status group:floor3'],
  risk: 'read',
  operations: ['read-status'],
  featured: true,
  read: onTargets('read-status'),
};
