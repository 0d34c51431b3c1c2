import { parseArgs } from 'node:util';
import { contestantNames } from '../contest/contestants.ts';
import type { RaceOptions } from '../contest/race.ts';
import { contestantOf, whole } from '../figures/option-values.ts';

/** Settings of one benchmark. */
export interface BenchOptions extends RaceOptions {
  /** The result alone, for a document. */
  readonly markdown: boolean;
}

/** Text of --help. */
export const usage = `Usage: npm run bench -- power [options]

Turns a simulated fleet on, once with each contestant, and prints what it took.

  --devices N         how many devices (2000)
  --concurrency N     devices spoken with at a time (200)
  --latency MS        time before each reply of a device (150)
  --rounds N          rounds; the medians are printed (3)
  --tls               over TLS instead of plain HTTP
  --only LIST         contestants, of ${contestantNames.join(',')} (all)
  --limit SECONDS     longest run of one contestant before it is ended (300)
  --markdown          print the result alone, as Markdown
  --profile DIR       write a CPU profile of each contestant there
`;

/** Reads the command line. Throws Error with a sentence for the terminal. */
export function readOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      devices: { type: 'string', default: '2000' },
      concurrency: { type: 'string', default: '200' },
      latency: { type: 'string', default: '150' },
      rounds: { type: 'string', default: '3' },
      tls: { type: 'boolean', default: false },
      only: { type: 'string', default: contestantNames.join(',') },
      limit: { type: 'string', default: '300' },
      markdown: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    devices: whole('devices', values.devices, 1, 50_000),
    concurrency: whole('concurrency', values.concurrency, 1, 10_000),
    latencyMs: whole('latency', values.latency, 0, 10_000),
    rounds: whole('rounds', values.rounds, 1, 100),
    tls: values.tls,
    contestants: [...new Set(values.only.split(','))].map(contestantOf),
    markdown: values.markdown,
    limitMs: whole('limit', values.limit, 1, 3_600) * 1_000,
    profileDirectory: values.profile ?? null,
    typingMs: null,
  };
}
