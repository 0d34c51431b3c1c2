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

    test('an offer is taken once, and not after its time', async () => {
      const { links } = theStore();
      const offer = { codeHash: newId('hash'), account: account(), displayName: 'O\u0000lga', expiresAt: soon };
      await links.offer(offer);
      expect(await links.takeOffer(offer.codeHash, soon)).toBeNull();
      const taken = await Promise.all([1, 2, 3].map(() => links.takeOffer(offer.codeHash, now)));
      expect(taken.filter((each) => each !== null)).toEqual([{ ...offer, displayName: 'O\uFFFDlga' }]);
    });

    test('a new offer of an account replaces the one before', async () => {
      const { links } = theStore();
      const offer = { codeHash: newId('hash'), account: account(), displayName: 'Olga', expiresAt: soon };
      await links.offer(offer);
      await links.offer({ ...offer, codeHash: newId('hash') });
      expect(await links.takeOffer(offer.codeHash, now)).toBeNull();
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

    test('wrong codes are counted within their hour', async () => {
      const { links } = theStore();
      const principal = newId('olga');
      await links.noteMiss(principal, now);
      await links.noteMiss(principal, soon);
      expect(await links.misses(principal, now)).toBe(2);
      expect(await links.misses(principal, soon)).toBe(1);
    });
  });
}
