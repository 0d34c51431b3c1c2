/**
 * Lets callers through at most so many a second, evenly, in the order in which they came. `sleep` rejects when its signal ends it; `nowMs`
 * is a clock that never goes back.
 */
export function createPace(
  perSecond: number,
  time: { nowMs(): number; sleep(ms: number, signal: AbortSignal): Promise<void> },
): (signal: AbortSignal) => Promise<void> {
  let freeAtMs = 0;
  return async (signal) => {
    const nowMs = time.nowMs();
    const atMs = Math.max(nowMs, freeAtMs);
    freeAtMs = atMs + 1_000 / perSecond;
    // A timer is no finer than that; those who come meanwhile are let through together.
    if (atMs - nowMs >= 5) await time.sleep(atMs - nowMs, signal);
  };
}
