import type { Command } from '../command-spec.ts';

/** Records that the firmware keeps at most (Intel AMT Implementation and Reference Guide, "Event Log"). */
const mostEvents = 390;

/** `events TARGETS`. */
export const events: Command = {
  name: 'events',
  summary: 'Read the platform event log of PCs, newest first',
  usage: 'TARGETS',
  words: { least: 1, most: 100 },
  options: [{ name: 'last', value: 'COUNT', summary: `how many; 100 unless said, ${mostEvents} at most` }],
  examples: ['events host42', 'events host42 --last 20'],
  risk: 'read',
  operations: ['read-events'],
  read(targetWords, options) {
    const last = options.get('last');
    if (last !== undefined && (!/^\d{1,3}$/.test(last) || Number(last) < 1 || Number(last) > mostEvents))
      return { kind: 'mistake', problem: `--last takes a number from 1 to ${mostEvents}.` };
    const parameters = last === undefined ? {} : { last };
    return { kind: 'operation', operation: 'read-events', parameters, targetWords };
  },
};
