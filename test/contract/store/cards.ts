import { describe, expect, test } from '@jest/globals';
import type { MessageAddress } from '../../../src/ports/chat.ts';
import type { TheStore } from '../store-contract.ts';
import { channel, fleet, newId, newRequest, outcome } from './samples.ts';

const start = new Date('2026-01-05T10:00:00Z').getTime();
const at = (seconds: number) => new Date(start + seconds * 1_000);
const address: MessageAddress = { platform: 'slack', reference: { ts: '1.5', channel: 'C1' } };
const leaseMs = 30_000;

/** CardStore. */
export function cardContract(theStore: TheStore): void {
  describe('cards', () => {
    const posted = async () => {
      const card = { id: newId('card'), requestId: newId('req'), conversation: channel };
      await theStore().cards.add(card);
      return card;
    };
    /** Takes what is due and gives back whether the card was among it, so that tests do not mind each other's cards. */
    const take = async (id: string, seconds: number, shownBefore = seconds) =>
      (await theStore().cards.takeStale(at(seconds), at(shownBefore), leaseMs, 1_000)).find((card) => card.id === id);

    test('a new card is stale, has no address, and is taken once', async () => {
      const card = await posted();
      const stored = {
        ...card,
        kind: 'main',
        below: null,
        view: null,
        thread: null,
        address: null,
        shownHash: null,
        failures: 0,
      };
      expect(await theStore().cards.ofRequest(card.requestId)).toEqual([stored]);
      const takers = await Promise.all(Array.from({ length: 6 }, () => take(card.id, 0)));
      expect(takers.filter(Boolean)).toEqual([stored]);
    });

    test('a card that was shown rests until it is stale again and long enough up', async () => {
      const card = await posted();
      await take(card.id, 0);
      await theStore().cards.shown(card.id, address, 'hash1', at(1));
      expect(await theStore().cards.ofRequest(card.requestId)).toMatchObject([{ address, shownHash: 'hash1' }]);
      expect(await take(card.id, 10)).toBeUndefined();
      await theStore().cards.markStale(card.requestId);
      expect(await take(card.id, 11, 1)).toBeUndefined();
      expect(await take(card.id, 11, 2)).toMatchObject({ address, shownHash: 'hash1' });
    });

    test('a change during an edit is shown by another edit, after this one', async () => {
      const card = await posted();
      await take(card.id, 0);
      await theStore().cards.markStale(card.requestId);
      expect(await take(card.id, 1)).toBeUndefined();
      await theStore().cards.shown(card.id, address, 'hash1', at(2));
      expect(await take(card.id, 3)).toBeDefined();
    });

    test('a card whose taker died comes again when the lease is over', async () => {
      const card = await posted();
      await take(card.id, 0);
      expect(await take(card.id, 29)).toBeUndefined();
      expect(await take(card.id, 30)).toBeDefined();
      await theStore().cards.shown(card.id, address, 'hash1', at(31));
      expect(await take(card.id, 100)).toBeUndefined();
    });

    test('a failed edit comes again at its time, counted; success resets the count', async () => {
      const card = await posted();
      await take(card.id, 0);
      await theStore().cards.failed(card.id, at(60));
      expect(await take(card.id, 59)).toBeUndefined();
      expect(await take(card.id, 60)).toMatchObject({ failures: 1 });
      await theStore().cards.failed(card.id, at(61));
      expect(await take(card.id, 61)).toMatchObject({ failures: 2 });
      await theStore().cards.shown(card.id, address, 'hash1', at(62));
      expect(await theStore().cards.ofRequest(card.requestId)).toMatchObject([{ failures: 0 }]);
    });

    test('an edit that was given up does not come again; the next change does', async () => {
      const card = await posted();
      await take(card.id, 0);
      await theStore().cards.failed(card.id, null);
      expect(await take(card.id, 1_000)).toBeUndefined();
      await theStore().cards.markStale(card.requestId);
      expect(await take(card.id, 1_001)).toMatchObject({ failures: 1 });
    });

    test('whatever a card shows makes it stale in the same transaction: a crash after it hides nothing', async () => {
      const store = theStore();
      const devices = await fleet(store, 1);
      const [device] = devices;
      const request = newRequest(devices, { state: 'waiting' });
      await store.requests.create(request, devices, [], []);
      const card = { id: newId('card'), requestId: request.id, conversation: channel };
      await store.cards.add(card);
      let seconds = 0;
      const isStaleAfter = async (change: () => Promise<unknown>) => {
        await take(card.id, seconds);
        await store.cards.shown(card.id, address, 'hash', at(seconds));
        await change();
        seconds += 2;
        return (await take(card.id, seconds)) !== undefined;
      };
      const run = newId('run');
      const rooms = [{ site: device?.site ?? '', room: 1 }];
      const now = at(0);
      expect(await isStaleAfter(async () => {})).toBe(false);
      expect(await isStaleAfter(() => store.requests.change(request.id, 1, { state: 'approved' }, []))).toBe(true);
      const start = { id: run, requestId: request.id, requestVersion: 2, startedAt: now };
      expect(await isStaleAfter(() => store.runs.start(start, []))).toBe(true);
      await store.runs.claim(run, newId('worker'), rooms, true, now);
      expect(await isStaleAfter(() => store.runs.record(run, [outcome(device?.id ?? '')], now))).toBe(true);
      expect(await isStaleAfter(() => store.runs.finish(run, now, []))).toBe(true);
    });

    test('takes no more than asked, oldest first, and all copies of a request go stale together', async () => {
      const requestId = newId('req');
      const ids = [newId('card'), newId('card'), newId('card')];
      for (const id of ids) await theStore().cards.add({ id, requestId, conversation: channel });
      expect((await theStore().cards.ofRequest(requestId)).map((card) => card.id)).toEqual(ids);
      const rest = await theStore().cards.takeStale(at(0), at(0), leaseMs, 1_000);
      for (const card of rest) await theStore().cards.shown(card.id, address, 'h', at(0));
      await theStore().cards.markStale(requestId);
      const some = await theStore().cards.takeStale(at(1), at(1), leaseMs, 2);
      expect(some.map((card) => card.id)).toEqual(ids.slice(0, 2));
    });

    test('what goes below another card waits until that one is posted, and then knows its thread', async () => {
      const main = await posted();
      const below = { ...main, id: newId('card'), kind: 'exceptions', below: main.id } as const;
      await theStore().cards.add(below);
      expect(await take(below.id, 0)).toBeUndefined();
      await theStore().cards.shown(main.id, address, 'hash1', at(1));
      expect(await take(below.id, 2)).toMatchObject({
        kind: 'exceptions',
        below: main.id,
        thread: address,
        address: null,
      });
      await theStore().cards.shown(below.id, address, 'hash2', at(3));
      await theStore().cards.markStale(main.requestId);
      expect(await take(below.id, 5)).toMatchObject({ shownHash: 'hash2' });
    });

    test('there is one message of exceptions below a card, however often it is added', async () => {
      const main = await posted();
      const add = () => theStore().cards.add({ ...main, id: newId('card'), kind: 'exceptions', below: main.id });
      await Promise.all([add(), add(), add()]);
      const cards = await theStore().cards.ofRequest(main.requestId);
      expect(cards.map((card) => card.kind)).toEqual(['main', 'exceptions']);
    });

    test('a notice keeps what it says, goes where it is told, is posted once and never goes stale', async () => {
      const main = await posted();
      const view = { tone: 'warning', title: 'It expires in 5 minutes' } as const;
      const elsewhere = { ...channel, channel: 'C9' };
      const first = {
        id: newId('card'),
        requestId: main.requestId,
        conversation: elsewhere,
        kind: 'notice',
        view,
      } as const;
      await theStore().cards.add(first);
      await theStore().cards.add({ ...first, id: newId('card') });
      expect(await take(first.id, 0)).toMatchObject({ view, conversation: elsewhere, below: null, thread: null });
      await theStore().cards.shown(first.id, address, 'hash', at(1));
      await theStore().cards.markStale(main.requestId);
      expect(await take(first.id, 100)).toBeUndefined();
      expect(await theStore().cards.ofRequest(main.requestId)).toHaveLength(3);
    });
  });
}
