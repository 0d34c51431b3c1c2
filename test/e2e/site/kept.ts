import { join } from 'node:path';
import type { StoreOptions } from '../../../adapters/store/index.ts';
import { genesisHash, hashEntry } from '../../../src/audit/chain.ts';
import type { Store } from '../../../src/ports/store/store.ts';
import type { ChainedEntry } from '../../../src/ports/trail/trail-store.ts';
import { openStore } from '../../store/testing.ts';

/** Opens what a site keeps, while its service does not run (else `beside` it), and closes it after `look`. */
export async function withStore<T>(
  directory: string,
  look: (store: Store) => Promise<T>,
  options: Partial<StoreOptions> = {},
): Promise<T> {
  const store = await openStore({ dataDirectory: join(directory, 'data'), ...options });
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

/** The whole trail, oldest first. Throws where an entry does not hang on the one before it, or was changed since. */
export async function readTrail(store: Store): Promise<readonly ChainedEntry[]> {
  const all: ChainedEntry[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await store.trail.read(last?.sequence ?? 0, 500);
    if (page.length === 0) return all;
    for (const entry of page) {
      const previous = all.at(-1);
      const { sequence, previousHash, hash } = entry;
      const isNext = sequence === (previous?.sequence ?? 0) + 1 && previousHash === (previous?.hash ?? genesisHash);
      if (!isNext || hash !== hashEntry(previousHash, sequence, entry))
        throw new Error(`the trail is broken at ${sequence}`);
      all.push(entry);
    }
  }
}

/** The entries of one request as `kind by actor`, in order. */
export function storyOf(trail: readonly ChainedEntry[], requestId: string): readonly string[] {
  return trail.filter((entry) => entry.requestId === requestId).map(({ kind, actor }) => `${kind} by ${actor}`);
}
