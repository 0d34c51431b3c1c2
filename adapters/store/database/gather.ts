import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** A lookup that hangs, on a connection that was lost say, must not hold up those that come after it. */
const longestWaitMs = 500;

/**
 * Many lookups, few queries: those of one turn of the event loop are one, and while it is under way those that come meanwhile are the
 * next. A query begins after each lookup that it answers, so that everybody finds what they have written. `fetch` gives what it
 * finds by `keyOf`; lookups of what it does not find resolve to null.
 */
export function gatherLookups<Wish, Found>(
  keyOf: (wish: Wish) => string,
  fetch: (wishes: readonly Wish[]) => Promise<ReadonlyMap<string, Found>>,
): (wish: Wish) => Promise<Found | null> {
  let open: { readonly wishes: Map<string, Wish>; readonly found: Promise<ReadonlyMap<string, Found>> } | null = null;
  let last: Promise<unknown> = Promise.resolve();

  function begin() {
    const wishes = new Map<string, Wish>();
    const before = Promise.race([last, sleep(longestWaitMs, undefined, { ref: false })]);
    const found = Promise.all([nextTurn(), before]).then(() => {
      open = null;
      return fetch([...wishes.values()]);
    });
    last = found.catch(() => {});
    return { wishes, found };
  }

  return async (wish) => {
    open ??= begin();
    const { wishes, found } = open;
    wishes.set(keyOf(wish), wish);
    return (await found).get(keyOf(wish)) ?? null;
  };
}
