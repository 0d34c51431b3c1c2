import { describe, expect, test } from '@jest/globals';
import { genesisHash, hashEntry } from '../../../src/audit/chain.ts';
import type { TheStore } from '../store-contract.ts';
import { entry, newId, wholeTrail } from './samples.ts';

/** TrailStore. */
export function trailContract(theStore: TheStore): void {
  describe('trail', () => {
    const ours = async (actor: string) => (await wholeTrail(theStore())).filter((line) => line.actor === actor);

    test('gives entries back as they were written, in order', async () => {
      const actor = newId('person');
      const given = [
        entry({ actor, kind: 'asked', requestId: 'req_1', data: { b: [1, { z: null, a: 'ä' }], a: 1.5e-7 } }),
        entry({ actor, kind: 'approved', at: new Date('2026-01-05T10:00:00.999Z') }),
      ];
      await theStore().trail.append(given);
      const lines = await ours(actor);
      expect(lines).toMatchObject(given);
      expect(lines[1]?.sequence).toBe((lines[0]?.sequence ?? 0) + 1);
      expect(await theStore().trail.read(lines[0]?.sequence ?? 0, 1)).toEqual([lines[1]]);
      await theStore().trail.append([]);
    });

    test('is one unbroken chain after many appends at the same time', async () => {
      const actor = newId('person');
      const given = Array.from({ length: 40 }, (_, index) => [
        entry({ actor, data: { index, part: 1 } }),
        entry({ actor, data: { index, part: 2, at: new Date(index), odd: 'a\u0000\ud800', big: 1e21, no: undefined } }),
      ]);
      await Promise.all(given.map((entries) => theStore().trail.append(entries)));
      const chain = await wholeTrail(theStore());
      let previous = genesisHash;
      for (const [index, line] of chain.entries()) {
        expect(line.sequence).toBe(index + 1);
        expect(line.previousHash).toBe(previous);
        expect(line.hash).toBe(hashEntry(previous, line.sequence, line));
        previous = line.hash;
      }
      const lines = await ours(actor);
      expect(lines).toHaveLength(80);
      for (const line of lines.filter((each) => each.data.part === 1)) {
        const next = chain[line.sequence];
        expect([next?.actor, next?.data.index, next?.data.part]).toEqual([actor, line.data.index, 2]);
      }
    });
  });
}
