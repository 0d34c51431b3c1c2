import { describe, expect, test } from '@jest/globals';
import { genesisHash, hashEntry } from '../../src/audit/chain.ts';
import { exportTrail } from '../../src/audit/export-trail.ts';
import { verifyTrail } from '../../src/audit/verify-trail.ts';
import type { ChainedEntry } from '../../src/ports/trail/trail-store.ts';

function chainOf(count: number, actor = 'operator'): ChainedEntry[] {
  const entries: ChainedEntry[] = [];
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const previousHash = entries.at(-1)?.hash ?? genesisHash;
    const entry = {
      at: new Date(sequence * 1000),
      kind: 'asked' as const,
      actor,
      requestId: `req_${sequence % 2}`,
      data: { n: sequence },
    };
    entries.push({ ...entry, sequence, previousHash, hash: hashEntry(previousHash, sequence, entry) });
  }
  return entries;
}

const readerOf = (entries: readonly ChainedEntry[]) => ({
  read: async (after: number, limit: number) => entries.filter((entry) => entry.sequence > after).slice(0, limit),
});
const verify = (entries: readonly ChainedEntry[], anchors: Parameters<typeof verifyTrail>[1] = []) =>
  verifyTrail(readerOf(entries), anchors);
const entryAt = (entries: readonly ChainedEntry[], index: number): ChainedEntry => {
  const entry = entries[index];
  if (!entry) throw new Error(`no entry ${index}`);
  return entry;
};

describe('verifying the trail', () => {
  const whole = chainOf(2_500);

  test('a whole trail, longer than a page', async () => {
    expect(await verify(whole)).toEqual({
      entries: 2_500,
      anchors: 0,
      damage: null,
      head: { sequence: 2_500, hash: whole.at(-1)?.hash },
    });
  });
  test('an empty one', async () => expect(await verify([])).toMatchObject({ entries: 0, head: null, damage: null }));

  test('an altered entry', async () => {
    const altered = whole.map((entry) => (entry.sequence === 1_200 ? { ...entry, actor: 'somebody-else' } : entry));
    expect((await verify(altered)).damage).toMatchObject({ what: 'altered', sequence: 1_200 });
  });
  test('an altered entry whose own hash was made anew', async () => {
    const altered = whole.map((entry) => {
      if (entry.sequence !== 7) return entry;
      const changed = { ...entry, data: { n: 0 } };
      return { ...changed, hash: hashEntry(entry.previousHash, 7, changed) };
    });
    expect((await verify(altered)).damage).toMatchObject({ what: 'reordered', sequence: 8 });
  });
  test('a removed entry', async () => {
    expect((await verify(whole.filter((entry) => entry.sequence !== 40))).damage).toMatchObject({
      what: 'removed',
      sequence: 40,
    });
  });
  test('two entries that changed places', async () => {
    const swapped = whole.slice(0, 10);
    const [third, fourth] = [entryAt(whole, 2), entryAt(whole, 3)];
    swapped[2] = { ...fourth, sequence: 3 };
    swapped[3] = { ...third, sequence: 4 };
    expect((await verify(swapped)).damage).toMatchObject({ sequence: 3 });
  });
  test('entries removed from the end: an anchor outside the database misses them', async () => {
    const anchor = { at: new Date(0), sequence: 2_500, hash: entryAt(whole, 2_499).hash };
    expect((await verify(whole, [anchor])).damage).toBeNull();
    expect((await verify(whole.slice(0, 2_400), [anchor])).damage).toMatchObject({
      what: 'end_removed',
      sequence: 2_401,
    });
  });
  test('a trail that was written anew from the start: the anchor does not fit', async () => {
    const anchor = { at: new Date(0), sequence: 5, hash: entryAt(whole, 4).hash };
    expect((await verify(chainOf(20, 'forger'), [anchor])).damage).toMatchObject({ what: 'replaced', sequence: 5 });
  });
});

test('the export has every entry of the request, in order, with its hash', async () => {
  const lines: { sequence: number; hash: string }[] = [];
  for await (const line of exportTrail(readerOf(chainOf(2_100)), { requestId: 'req_1' })) lines.push(JSON.parse(line));
  expect(lines.map((line) => line.sequence)).toEqual(Array.from({ length: 1_050 }, (_, n) => 2 * n + 1));
  expect(lines[0]?.hash).toHaveLength(64);
});
