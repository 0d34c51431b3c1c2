import type { Clock } from '../../src/ports/clock.ts';

/** A clock that stands still until somebody sleeps: then the time has passed at once. */
export function createFakeClock(start = new Date('2026-11-24T09:00:00Z')): Clock & { readonly slept: number[] } {
  let now = start.getTime();
  const slept: number[] = [];
  return {
    slept,
    now: () => new Date(now),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
    },
  };
}
