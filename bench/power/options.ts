import { parseArgs } from 'node:util';
import { contestantNames } from '../contest/contestants.ts';
import type { RaceOptions } from '../contest/race.ts';
import { raceOptionTypes, readRaceOptions, whole } from '../figures/option-values.ts';

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
      ...raceOptionTypes({ concurrency: '200', rounds: '3', limit: '300' }),
    },
  });
  if (values.help) return 'help';
  return {
    devices: whole('devices', values.devices, 1, 50_000),
    ...readRaceOptions(values, 10_000),
    typingMs: null,
  };
}
