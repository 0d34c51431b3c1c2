import type { TrailAnchor } from '../ports/trail/trail-anchors.ts';
import type { ChainedEntry, TrailStore } from '../ports/trail/trail-store.ts';
import { genesisHash, hashEntry } from './chain.ts';

const entriesAtOnce = 1_000;

/** What is wrong with a trail, at the first place where it shows. */
export interface TrailDamage {
  /** Sequence number where it shows. */
  readonly sequence: number;
  readonly what: 'altered' | 'removed' | 'reordered' | 'end_removed' | 'replaced';
  readonly detail: string;
}

/** Result of a verification: how much was read, and the first damage if there is one. */
export interface TrailVerdict {
  readonly entries: number;
  /** The last entry, to be noted elsewhere; null for an empty trail. */
  readonly head: { readonly sequence: number; readonly hash: string } | null;
  readonly anchors: number;
  readonly damage: TrailDamage | null;
}

/**
 * Reads the whole trail and proves that nothing was altered, removed or reordered: each entry's hash fits its content and the hash
 * before it, numbers have no gap, and each anchor finds the entry that it was made of.
 */
export async function verifyTrail(
  trail: Pick<TrailStore, 'read'>,
  anchors: readonly TrailAnchor[],
): Promise<TrailVerdict> {
  const anchored = new Map(anchors.map((anchor) => [anchor.sequence, anchor.hash]));
  let head: { readonly sequence: number; readonly hash: string } | null = null;
  let entries = 0;
  for (;;) {
    const page = await trail.read(head?.sequence ?? 0, entriesAtOnce);
    for (const entry of page) {
      const damage = damageOf(entry, head) ?? anchorDamage(entry, anchored);
      if (damage) return { entries, head, anchors: anchors.length, damage };
      head = { sequence: entry.sequence, hash: entry.hash };
      entries += 1;
    }
    if (page.length < entriesAtOnce) break;
  }
  const beyond = anchors.find((anchor) => anchor.sequence > (head?.sequence ?? 0));
  const damage: TrailDamage | null = beyond
    ? {
        sequence: (head?.sequence ?? 0) + 1,
        what: 'end_removed',
        detail: `on ${beyond.at.toISOString()} the trail had ${beyond.sequence} entries, now it has ${entries}`,
      }
    : null;
  return { entries, head, anchors: anchors.length, damage };
}

function damageOf(
  entry: ChainedEntry,
  before: { readonly sequence: number; readonly hash: string } | null,
): TrailDamage | null {
  const { sequence } = entry;
  const expected = (before?.sequence ?? 0) + 1;
  if (sequence !== expected)
    return { sequence: expected, what: 'removed', detail: `entry ${expected} is missing, the next one is ${sequence}` };
  if (hashEntry(entry.previousHash, sequence, entry) !== entry.hash)
    return { sequence, what: 'altered', detail: `the content of entry ${sequence} does not fit its hash` };
  if (entry.previousHash !== (before?.hash ?? genesisHash))
    return { sequence, what: 'reordered', detail: `entry ${sequence} does not follow entry ${sequence - 1}` };
  return null;
}

function anchorDamage(entry: ChainedEntry, anchored: ReadonlyMap<number, string>): TrailDamage | null {
  const anchor = anchored.get(entry.sequence);
  if (anchor === undefined || anchor === entry.hash) return null;
  return {
    sequence: entry.sequence,
    what: 'replaced',
    detail: `entry ${entry.sequence} is not the one that was anchored`,
  };
}
