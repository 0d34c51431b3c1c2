import type { CommandSpec } from './command-spec.ts';

const reason = { name: 'reason', value: 'TEXT', summary: 'why, kept in the trail and shown to approvers' } as const;
const dryRun = { name: 'dry-run', value: null, summary: 'show the plan, do nothing' } as const;

/** Every command, in the order that help shows them. */
export const commandSpecs: readonly CommandSpec[] = [
  {
    name: 'poweron',
    summary: 'Turn PCs on and look whether they really came on',
    usage: 'TARGETS',
    words: { least: 1, most: 50 },
    options: [reason, dryRun],
    examples: ['poweron host42', 'poweron site:madrid - group:vip'],
    risk: 'act',
    operation: 'power-on',
  },
];
