import { type ContestantName, contestantNames } from '../contest/contestants.ts';
import type { RaceOptions } from '../contest/race.ts';

/** A contestant named on the command line. */
function contestantOf(text: string): ContestantName {
  const found = contestantNames.find((name) => name === text);
  if (found === undefined) throw new Error(`--only names ${text}; allowed: ${contestantNames.join(', ')}`);
  return found;
}

/** A whole number of an option. Throws Error with a sentence for the terminal. */
export function whole(name: string, text: string, least: number, greatest: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= greatest) return value;
  throw new Error(`--${name} is ${text}; allowed: a whole number from ${least} to ${greatest}`);
}

/** What every race is told, for `parseArgs`. */
export const raceOptionTypes = (usual: {
  readonly concurrency: string;
  readonly rounds: string;
  /** Seconds. */
  readonly limit: string;
}) =>
  ({
    concurrency: { type: 'string', default: usual.concurrency },
    latency: { type: 'string', default: '150' },
    rounds: { type: 'string', default: usual.rounds },
    tls: { type: 'boolean', default: false },
    only: { type: 'string', default: contestantNames.join(',') },
    limit: { type: 'string', default: usual.limit },
    markdown: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  }) as const;

/** What `parseArgs` made of `raceOptionTypes`. */
interface RaceValues {
  readonly concurrency: string;
  readonly latency: string;
  readonly rounds: string;
  readonly tls: boolean;
  readonly only: string;
  readonly limit: string;
  readonly markdown: boolean;
  readonly profile?: string | undefined;
}

/** What every race is told, checked. Throws Error with a sentence for the terminal. */
export function readRaceOptions(
  values: RaceValues,
  mostAtOnce: number,
): Omit<RaceOptions, 'devices' | 'typingMs'> & { readonly markdown: boolean } {
  return {
    concurrency: whole('concurrency', values.concurrency, 1, mostAtOnce),
    latencyMs: whole('latency', values.latency, 0, 10_000),
    rounds: whole('rounds', values.rounds, 1, 100),
    tls: values.tls,
    contestants: [...new Set(values.only.split(','))].map(contestantOf),
    markdown: values.markdown,
    limitMs: whole('limit', values.limit, 1, 3_600) * 1_000,
    profileDirectory: values.profile ?? null,
  };
}
