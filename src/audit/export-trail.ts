import type { ChainedEntry, TrailStore } from '../ports/trail/trail-store.ts';

const entriesAtOnce = 1_000;

/** The trail as JSON lines, oldest first, with sequence numbers and hashes, so that a copy can be verified by itself. */
export async function* exportTrail(
  trail: Pick<TrailStore, 'read'>,
  filter: { readonly requestId: string | null },
): AsyncGenerator<string> {
  let after = 0;
  for (;;) {
    const page = await trail.read(after, entriesAtOnce);
    for (const entry of page) {
      after = entry.sequence;
      if (filter.requestId === null || entry.requestId === filter.requestId) yield lineOf(entry);
    }
    if (page.length < entriesAtOnce) return;
  }
}

function lineOf({ sequence, at, kind, actor, requestId, data, previousHash, hash }: ChainedEntry): string {
  return JSON.stringify({ sequence, at, kind, actor, requestId, data, previousHash, hash });
}
