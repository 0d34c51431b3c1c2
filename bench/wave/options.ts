import { parseArgs } from 'node:util';
import { contestantNames } from '../contest/contestants.ts';
import type { RaceOptions } from '../contest/race.ts';
import { raceOptionTypes, readRaceOptions, whole } from '../figures/option-values.ts';

/** Settings of one benchmark. */
export interface WaveOptions extends Omit<RaceOptions, 'devices'> {
  /** Sizes of the fleet. */
  readonly sizes: readonly number[];
  /** The size at which everybody is compared; at the others the service is alone. */
  readonly compareAt: number;
  /** The result alone, for a document. */
  readonly markdown: boolean;
}

/** Text of --help. */
export const usage = `Usage: npm run bench -- wave [options]

Wakes fleets of several sizes with one command, while somebody types, and prints what it took. The fleet runs in other processes.

  --sizes LIST        how many devices (1000,10000,50000)
  --compare-at N      the size at which all contestants run, not the service alone (10000, or the largest below it)
  --concurrency N     devices spoken with at a time (1000)
  --latency MS        time before each reply of a device (150)
  --rounds N          rounds; the medians are printed (1)
  --typing MS         time between commands that are typed meanwhile (200)
  --tls               over TLS instead of plain HTTP
  --only LIST         contestants, of ${contestantNames.join(',')} (all)
  --limit SECONDS     longest run of one contestant before it is ended (900)
  --markdown          print the result alone, as Markdown
  --profile DIR       write a CPU profile of each contestant there
`;

/** Reads the command line. Throws Error with a sentence for the terminal. */
export function readOptions(args: readonly string[]): WaveOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: 'string', default: '1000,10000,50000' },
      'compare-at': { type: 'string', default: '10000' },
      typing: { type: 'string', default: '200' },
      ...raceOptionTypes({ concurrency: '1000', rounds: '1', limit: '900' }),
    },
  });
  if (values.help) return 'help';
  const sizes = [...new Set(values.sizes.split(','))].map((size) => whole('sizes', size, 1, 50_000));
  const wanted = whole('compare-at', values['compare-at'], 1, 50_000);
  return {
    sizes: sizes.toSorted((a, b) => a - b),
    compareAt: Math.max(Math.min(...sizes), ...sizes.filter((size) => size <= wanted)),
    ...readRaceOptions(values, 5_000),
    typingMs: whole('typing', values.typing, 10, 60_000),
  };
}
