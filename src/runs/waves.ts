import type { FailureLimit, WavePlan } from '../ports/runs/run-store.ts';

/** How the runs of one operation are spread out. */
export interface WaveSettings {
  /** Runs of up to this many devices go at once: no canary, one wave, no failure limit. */
  readonly smallRunDevices: number;
  /** Devices of the first wave, which has to end before anything else begins. 0: none. */
  readonly canaryDevices: number;
  /** Least number of waves after the canary. */
  readonly waves: number;
  /** Most devices of one wave. */
  readonly waveDevices: number;
  /** Most devices that are begun per minute at one site, whatever the number of runs of this operation. Null: no rate. */
  readonly perMinute: number | null;
  readonly failureLimit: FailureLimit | null;
}

/** Sizes of a run's waves, the canary first when there is one. Pure. */
export function waveSizes(devices: number, settings: WaveSettings): readonly number[] {
  if (devices === 0) return [];
  if (devices <= settings.smallRunDevices) return [devices];
  const canary = Math.min(settings.canaryDevices, devices - 1);
  const rest = devices - canary;
  const parts = Math.min(rest, Math.max(settings.waves, Math.ceil(rest / settings.waveDevices)));
  const sizes = Array.from(
    { length: parts },
    (_, at) => Math.floor(((at + 1) * rest) / parts) - Math.floor((at * rest) / parts),
  );
  return canary > 0 ? [canary, ...sizes] : sizes;
}

/**
 * Puts each device into a wave: the canary is spread over the sites, the rest keeps the order of the request. `sites` are those of
 * the devices, in that order. Pure.
 */
export function planWaves(sites: readonly string[], settings: WaveSettings): WavePlan {
  const { perMinute } = settings;
  const isSmall = sites.length <= settings.smallRunDevices;
  const sizes = waveSizes(sites.length, settings);
  const hasCanary = !isSmall && settings.canaryDevices > 0;
  const failureLimit = isSmall ? null : settings.failureLimit;
  if (sizes.length <= 1) return { sizes: [sites.length], hasCanary: false, waveOf: null, perMinute, failureLimit };
  const waveOf = new Array<number>(sites.length).fill(0);
  if (hasCanary) for (const at of spreadOver(sites, sizes[0] ?? 0)) waveOf[at] = 1;
  let wave = hasCanary ? 2 : 1;
  let room = sizes[wave - 1] ?? 0;
  for (let at = 0; at < waveOf.length; at += 1) {
    if (waveOf[at] !== 0) continue;
    while (room === 0) {
      wave += 1;
      room = sizes[wave - 1] ?? sites.length;
    }
    waveOf[at] = wave;
    room -= 1;
  }
  return { sizes, hasCanary, waveOf, perMinute, failureLimit };
}

/** Positions of `count` devices: the first of each site, then the second of each, and so on. */
function spreadOver(sites: readonly string[], count: number): readonly number[] {
  const seen = new Map<string, number>();
  const ranked = sites.map((site, at) => {
    const rank = seen.get(site) ?? 0;
    seen.set(site, rank + 1);
    return { at, rank };
  });
  return ranked
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .slice(0, count)
    .map(({ at }) => at);
}
