import type { SiteRoom } from '../ports/runs/run-store.ts';

/**
 * How many devices are spoken with at once: bounded for the whole service and for each site. While an operation only waits
 * for its PC, the place is lent to another device. Waiting for a place costs no timer.
 */
export interface Slots {
  /** Reserves up to `most` places, fairly over the sites. What is not used must be given back with `free`. */
  reserve(sites: readonly string[], most: number): readonly SiteRoom[];
  free(site: string, places: number): void;
  /** Lends a reserved place until `wait` has settled; settles as `wait` does, once there is a place again. */
  lend<T>(site: string, wait: Promise<T>): Promise<T>;
  /** Resolves when a place has become free since the call. */
  freed(): Promise<void>;
}

/** Devices under way for each place, lent places included: they keep some memory and, for a moment, their connection. */
const devicesPerPlace = 4;

/** Makes the service's slots. */
export function createSlots(limits: {
  readonly total: number;
  readonly perSite: number;
  /** Places of a site that has another number of them; null: it has not. */
  readonly ofSite?: (site: string) => number | null;
}): Slots {
  const perSite = (site: string) => limits.ofSite?.(site) ?? limits.perSite;
  const used = createCount();
  const lent = createCount();
  /** Devices whose wait is over and who want a place again, in order, by site. */
  const returning = new Map<string, (() => void)[]>();
  let waiting: (() => void)[] = [];

  /** Places of one kind that may be taken now, in all or at a site. */
  const room = (limit: number, inUse: number, onLoan: number) =>
    Math.min(limit - inUse, limit * devicesPerPlace - inUse - onLoan);
  const canReturn = (site: string) => used.inAll() < limits.total && used.at(site) < perSite(site);

  /** Those who return come before new devices, else what is begun would never end. */
  function welcome(): void {
    for (let served = true; served; ) {
      served = false;
      for (const [site, queue] of returning) {
        if (!canReturn(site)) continue;
        const next = queue.shift();
        returning.delete(site);
        // To the end of the order: the next free place is another site's.
        if (queue.length > 0) returning.set(site, queue);
        if (!next) continue;
        used.add(site, 1);
        next();
        served = true;
        break;
      }
    }
  }

  function wake(): void {
    welcome();
    const woken = waiting;
    waiting = [];
    for (const one of woken) one();
  }

  async function regain(site: string): Promise<void> {
    if (canReturn(site)) return used.add(site, 1);
    await new Promise<void>((resolve) => {
      const queue = returning.get(site);
      if (queue) queue.push(resolve);
      else returning.set(site, [resolve]);
    });
  }

  return {
    reserve(sites, most) {
      let left = Math.min(most, room(limits.total, used.inAll(), lent.inAll()));
      const rooms: SiteRoom[] = [];
      sites.forEach((site, index) => {
        const fairShare = Math.ceil(left / (sites.length - index));
        const places = Math.min(fairShare, room(perSite(site), used.at(site), lent.at(site)));
        if (places <= 0) return;
        used.add(site, places);
        left -= places;
        rooms.push({ site, room: places });
      });
      return rooms;
    },
    free(site, places) {
      if (places <= 0) return;
      used.add(site, -places);
      wake();
    },
    async lend(site, wait) {
      used.add(site, -1);
      lent.add(site, 1);
      wake();
      try {
        return await wait;
      } finally {
        await regain(site);
        lent.add(site, -1);
      }
    },
    freed: () => new Promise((resolve) => waiting.push(resolve)),
  };
}

/** Counts by site and in all; a site at zero costs nothing. */
function createCount() {
  const bySite = new Map<string, number>();
  let sum = 0;
  return {
    inAll: () => sum,
    at: (site: string) => bySite.get(site) ?? 0,
    add(site: string, places: number) {
      const count = (bySite.get(site) ?? 0) + places;
      if (count > 0) bySite.set(site, count);
      else bySite.delete(site);
      sum += places;
    },
  };
}
