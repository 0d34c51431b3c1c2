import type { SiteRoom } from '../ports/run-store.ts';

/** How many devices are worked on at once: bounded for the whole service and for each site. Waiting costs no timer. */
export interface Slots {
  /** Reserves up to `most` places, fairly over the sites. What is not used must be given back with `free`. */
  reserve(sites: readonly string[], most: number): readonly SiteRoom[];
  free(site: string, places: number): void;
  /** Resolves when a place has become free since the call. */
  freed(): Promise<void>;
}

/** Makes the service's slots. */
export function createSlots(limits: { readonly total: number; readonly perSite: number }): Slots {
  const used = new Map<string, number>();
  let usedInAll = 0;
  let waiting: (() => void)[] = [];
  return {
    reserve(sites, most) {
      let left = Math.min(most, limits.total - usedInAll);
      const rooms: SiteRoom[] = [];
      sites.forEach((site, index) => {
        const fairShare = Math.ceil(left / (sites.length - index));
        const room = Math.min(fairShare, limits.perSite - (used.get(site) ?? 0));
        if (room <= 0) return;
        used.set(site, (used.get(site) ?? 0) + room);
        usedInAll += room;
        left -= room;
        rooms.push({ site, room });
      });
      return rooms;
    },
    free(site, places) {
      if (places <= 0) return;
      const remaining = (used.get(site) ?? 0) - places;
      if (remaining > 0) used.set(site, remaining);
      else used.delete(site);
      usedInAll -= places;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    freed: () => new Promise((resolve) => waiting.push(resolve)),
  };
}
