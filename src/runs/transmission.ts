import type { RunPacing, SitePacing, TaskPlaces } from '../ports/runs/run-pacing.ts';

/** How commands go out to the PCs of one site, and what becomes of those that do not answer. */
export interface Transmission extends SitePacing {
  /** Time over which the starts at the site are spread evenly, against a surge of power. */
  readonly spreadMs: number;
  /** Time after the start of the run at which what is not done at the site is ended as it stands; null: no deadline. */
  readonly deadlineMs: number | null;
  /** How long before an activity is due its PCs are to be on. */
  readonly offsetMs: number;
}

/** What is paced of a run: null when nothing is. Pure. */
export function planPacing(
  sites: Iterable<string>,
  startedAt: Date,
  of: (site: string) => Transmission,
): RunPacing | null {
  const each = [...new Set(sites)].map((site) => [site, of(site)] as const);
  const paced = each.flatMap(([site, { retries, retryDelayMs, pauseAfter, pauseMs, perSubnet }]) =>
    retries > 0 || pauseAfter !== null || perSubnet !== null
      ? [[site, { retries, retryDelayMs, pauseAfter, pauseMs, perSubnet }] as const]
      : [],
  );
  const deadlines = each.flatMap(([site, { deadlineMs }]) =>
    deadlineMs === null ? [] : [[site, new Date(startedAt.getTime() + deadlineMs)] as const],
  );
  if (paced.length === 0 && deadlines.length === 0) return null;
  return { sites: Object.fromEntries(paced), deadlines: Object.fromEntries(deadlines) };
}

/**
 * When each task may begin, and in which subnet its device is, in the order of `devices`; null when all may begin at once and no
 * subnet has a cap. The starts of a site are spread evenly over its time. `waitMs`: so long after the start of the run a site begins.
 * Pure.
 */
export function planPlaces(
  devices: readonly { readonly site: string; readonly subnet: string | null }[],
  of: (site: string) => Transmission,
  waitMs: (site: string) => number = () => 0,
): TaskPlaces | null {
  const counts = new Map<string, number>();
  for (const { site } of devices) counts.set(site, (counts.get(site) ?? 0) + 1);
  const rules = new Map([...counts.keys()].map((site) => [site, of(site)]));
  const waits = new Map([...counts.keys()].map((site) => [site, waitMs(site)]));
  const isPaced = [...rules.values()].some(({ spreadMs, perSubnet }) => spreadMs > 0 || perSubnet !== null);
  if (!isPaced && ![...waits.values()].some((ms) => ms > 0)) return null;
  const seen = new Map<string, number>();
  const startAfterMs = devices.map(({ site }) => {
    const place = seen.get(site) ?? 0;
    seen.set(site, place + 1);
    const spread = Math.floor((place * (rules.get(site)?.spreadMs ?? 0)) / (counts.get(site) ?? 1));
    return (waits.get(site) ?? 0) + spread;
  });
  const subnets = devices.map(({ site, subnet }) => (rules.get(site)?.perSubnet ? subnet : null));
  return { startAfterMs, subnets };
}

/**
 * When a wake-up begins so that PCs are on before an activity: earlier by the offset, and by the time over which their starts are
 * spread. Pure.
 */
export function wakeStart(dueAt: Date, { offsetMs, spreadMs }: Pick<Transmission, 'offsetMs' | 'spreadMs'>): Date {
  return new Date(dueAt.getTime() - offsetMs - spreadMs);
}
