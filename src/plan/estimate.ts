import type { OperationName } from '../operations/operation.ts';
import type { WavePlan } from '../ports/runs/run-store.ts';

const minuteMs = 60_000;

/** What the time of a run depends on. */
export interface Pace {
  readonly waves: WavePlan;
  /** Devices worked on at once, in all and per site. */
  readonly places: { readonly total: number; readonly perSite: number };
  /** How long one device usually takes, in milliseconds. */
  readonly perDeviceMs: number;
  /** How starts are spread at a site, and after how many commands there is a pause of which length. Default: neither. */
  readonly transmission?: (site: string) => {
    readonly spreadMs: number;
    readonly pauseAfter: number | null;
    readonly pauseMs: number;
  };
}

/**
 * About how long a run over devices at these sites will take, in milliseconds: each wave as long as its fullest site, or all of it,
 * needs for its places, and never faster than the rate, the spread of starts and the pauses at any site. It knows of no other run and of
 * no failure. Pure.
 */
export function estimateMs(sites: readonly string[], { waves, places, perDeviceMs, transmission }: Pace): number {
  const { waveOf, perMinute } = waves;
  const byWave = Map.groupBy(sites.keys(), (at) => waveOf?.[at] ?? 1);
  const rounds = [...byWave.values()].map((members) => {
    const fullest = Math.max(...countBySite(members.map((at) => sites[at] ?? '')));
    return Math.max(Math.ceil(members.length / places.total), Math.ceil(fullest / places.perSite));
  });
  const working = rounds.reduce((sum, each) => sum + each * perDeviceMs, 0);
  const waiting = perMinute === null ? 0 : (Math.max(0, ...countBySite(sites)) / perMinute) * minuteMs;
  const paced = [...countsOf(sites)].map(([site, devices]) => {
    const { spreadMs = 0, pauseAfter = null, pauseMs = 0 } = transmission?.(site) ?? {};
    // The last one starts a share before the end of the spread; after the last command no pause is waited for.
    const spread = (spreadMs * (devices - 1)) / devices;
    const pauses = pauseAfter === null ? 0 : Math.floor((devices - 1) / pauseAfter) * pauseMs;
    const lastStartMs = Math.max(spread, pauses);
    return lastStartMs === 0 ? 0 : lastStartMs + perDeviceMs;
  });
  return Math.max(working, waiting, ...paced);
}

function countsOf(sites: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const site of sites) counts.set(site, (counts.get(site) ?? 0) + 1);
  return counts;
}

const countBySite = (sites: readonly string[]): readonly number[] => [...countsOf(sites).values()];

/** What is taken for the time of one device until an installation has runs of its own to go by: guesses, in milliseconds. */
export function firstGuessMs(operation: OperationName): number {
  if (operation === 'power-on' || operation === 'boot' || operation === 'power-cycle') return 30_000;
  if (operation === 'power-off' || operation === 'reset') return 10_000;
  if (operation === 'shut-down') return 60_000;
  return 5_000;
}
