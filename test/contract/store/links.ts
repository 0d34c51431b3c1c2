import { describe, expect, test } from '@jest/globals';
import type { Account } from '../../../src/ports/chat.ts';
import type { TheStore } from '../store-contract.ts';
import { newId } from './samples.ts';

/** LinkStore. */
export function linksContract(theStore: TheStore): void {
  describe('links', () => {
    const account = (): Account => ({ platform: 'slack', tenant: 'T1', user: newId('U') });
    const soon = new Date('2026-01-05T10:10:00Z');
    const now = new Date('2026-01-05T10:00:00Z');

    const guess = (codeHash: string, more: { at?: Date; principal?: string; most?: number } = {}) =>
      theStore().links.guess({
        codeHash,
        principal: more.principal ?? newId('olga'),
        at: more.at ?? now,
        limit: { since: new Date('2026-01-05T09:00:00Z'), most: more.most ?? 5 },
      });

    test('an offer is taken once, and not after its time', async () => {
      const { links } = theStore();
      const offer = { codeHash: newId('hash'), account: account(), displayName: 'O\u0000lga', expiresAt: soon };
      await links.offer(offer);
      expect(await guess(offer.codeHash, { at: soon })).toEqual({ kind: 'miss' });
      const taken = await Promise.all([1, 2, 3].map(() => guess(offer.codeHash)));
      expect(taken.filter(({ kind }) => kind === 'taken')).toEqual([
        { kind: 'taken', offer: { ...offer, displayName: 'O\uFFFDlga' } },
      ]);
      expect(taken.filter(({ kind }) => kind === 'miss')).toHaveLength(2);
    });

    test('a new offer of an account replaces the one before', async () => {
      const { links } = theStore();
      const offer = { codeHash: newId('hash'), account: account(), displayName: 'Olga', expiresAt: soon };
      await links.offer(offer);
      await links.offer({ ...offer, codeHash: newId('hash') });
      expect(await guess(offer.codeHash)).toEqual({ kind: 'miss' });
    });

    test('an account is linked to one person', async () => {
      const { links } = theStore();
      const link = { account: account(), principal: newId('olga'), linkedAt: now };
      expect(await links.add(link)).toBe(true);
      expect(await links.add({ ...link, principal: 'arturo' })).toBe(false);
      expect((await links.all()).filter((each) => each.account.user === link.account.user)).toEqual([link]);
      expect(await links.remove(link.principal, 'teams')).toBe(0);
      expect(await links.remove(link.principal, 'slack')).toBe(1);
    });

    test('of 200 guesses at once as many are looked up as an hour allows, even when a later one is right', async () => {
      const principal = newId('olga');
      const offer = { codeHash: newId('hash'), account: account(), displayName: 'Olga', expiresAt: soon };
      await theStore().links.offer(offer);
      const kinds = (await Promise.all(Array.from({ length: 200 }, () => guess(newId('wrong'), { principal })))).map(
        ({ kind }) => kind,
      );
      expect(kinds.filter((kind) => kind === 'miss')).toHaveLength(5);
      expect(kinds.filter((kind) => kind === 'too_many')).toHaveLength(195);
      expect(await guess(offer.codeHash, { principal })).toEqual({ kind: 'too_many', misses: Array(5).fill(now) });
      expect(await guess(offer.codeHash)).toMatchObject({ kind: 'taken' });
    });

    test('wrong codes are counted within their hour', async () => {
      const principal = newId('olga');
      const limit = (since: Date) => ({ codeHash: newId('wrong'), principal, at: soon, limit: { since, most: 1 } });
      expect(await guess(newId('wrong'), { principal })).toEqual({ kind: 'miss' });
      expect(await theStore().links.guess(limit(now))).toEqual({ kind: 'too_many', misses: [now] });
      expect(await theStore().links.guess(limit(soon))).toEqual({ kind: 'miss' });
    });
  });
}
