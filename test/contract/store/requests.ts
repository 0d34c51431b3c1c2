import { describe, expect, test } from '@jest/globals';
import { requestVerbs } from '../../../src/ports/store/request-store.ts';
import type { TheStore } from '../store-contract.ts';
import { entry, fleet, newId, newRequest, wholeTrail } from './samples.ts';

/** RequestStore. */
export function requestContract(theStore: TheStore): void {
  describe('requests', () => {
    const asked = async (over: Parameters<typeof newRequest>[1] = {}) => {
      const request = newRequest([], { state: 'waiting', ...over });
      await theStore().requests.create(request, [], [], []);
      return request;
    };

    test('gives back all that was stored, with its devices in order and those left out', async () => {
      const devices = (await fleet(theStore(), 12)).toReversed();
      const request = newRequest(devices, {
        state: 'waiting',
        votes: [{ principal: 'person_a', verdict: 'approve', at: new Date('2026-01-05T10:05:00.5Z') }],
        reason: null,
        expiresAt: null,
      });
      const device = { id: 'dev_off', name: 'off1', site: 'lyon', groups: ['vip'], powerState: 8, reach: 'r1' };
      const left = { device, code: 'held_by_policy', because: 'VIP (policy vip-hold)' };
      await theStore().requests.create(request, devices, [left], []);
      expect(await theStore().requests.get(request.id)).toEqual({ ...request, version: 1, runId: null, endNote: null });
      expect(await theStore().requests.devices(request.id)).toEqual(devices);
      expect(await theStore().requests.excluded(request.id)).toEqual([left]);
      expect(await theStore().requests.get('req_unknown')).toBeNull();
    });

    test('text with characters that PostgreSQL does not take is kept as far as it can be', async () => {
      const request = await asked({
        commandText: 'a\u0000b',
        targetWords: ['c\u0000'],
        reason: '\ud800 why',
        parameters: { k: '\u0000' },
      });
      const stored = await theStore().requests.get(request.id);
      expect(stored).toMatchObject({ commandText: 'a\uFFFDb', reason: '\uFFFD why', parameters: { k: '\uFFFD' } });
    });

    test('a button leads to its request and verb, an unknown one to nothing', async () => {
      const request = await asked();
      for (const verb of requestVerbs) {
        const found = await theStore().requests.findByAction(request.actions[verb]);
        expect([found?.request.id, found?.verb]).toEqual([request.id, verb]);
      }
      expect(await theStore().requests.findByAction('act_unknown')).toBeNull();
      expect(await theStore().requests.findByAction('\u0000')).toBeNull();
    });

    test('of two who retry a request one gets it, until that retry comes to nothing', async () => {
      const first = await asked();
      const retries = [1, 2, 3].map(() => newRequest([], { state: 'waiting', retryOf: first.id }));
      const kept = await Promise.all(retries.map((retry) => theStore().requests.create(retry, [], [], [])));
      expect(kept.filter(Boolean)).toHaveLength(1);
      const winner = retries[kept.indexOf(true)]?.id ?? '';
      const loser = retries[kept.indexOf(false)];
      expect(await theStore().requests.retryOf(first.id)).toMatchObject({ id: winner, retryOf: first.id });
      expect(await theStore().requests.get(loser?.id ?? '')).toBeNull();
      expect(await theStore().requests.findByAction(loser?.actions.approve ?? '')).toBeNull();
      await theStore().requests.change(winner, 1, { state: 'denied' }, []);
      expect(await theStore().requests.retryOf(first.id)).toBeNull();
      expect(await theStore().requests.create(newRequest([], { retryOf: first.id }), [], [], [])).toBe(true);
    });

    test('a retry, and its coming to nothing, make the cards of the first request stale', async () => {
      const first = await asked();
      const card = { id: newId('card'), requestId: first.id, conversation: first.conversation };
      await theStore().cards.add(card);
      const address = { platform: 'slack', reference: { ts: newId('ts') } } as const;
      const at = (seconds: number) => new Date(Date.UTC(2026, 0, 5, 11) + seconds * 1_000);
      const isStaleAt = async (seconds: number) => {
        const taken = await theStore().cards.takeStale(at(seconds), at(seconds), 1_000, 1_000);
        for (const each of taken) await theStore().cards.shown(each.id, address, 'hash', at(seconds));
        return taken.some((each) => each.id === card.id);
      };
      expect(await isStaleAt(0)).toBe(true);
      expect(await isStaleAt(2)).toBe(false);
      const retry = newRequest([], { state: 'waiting', retryOf: first.id });
      await theStore().requests.create(retry, [], [], []);
      expect(await isStaleAt(4)).toBe(true);
      await theStore().requests.change(retry.id, 1, { state: 'expired' }, []);
      expect(await isStaleAt(6)).toBe(true);
    });

    test('a change raises the version and sets what it names', async () => {
      const request = await asked();
      const vote = { principal: 'person_b', verdict: 'approve', at: new Date('2026-01-05T10:07:00Z') } as const;
      const voted = await theStore().requests.change(request.id, 1, { votes: [vote] }, []);
      expect(voted).toEqual({ ...request, version: 2, runId: null, endNote: null, votes: [vote] });
      const decidedAt = new Date('2026-01-05T10:08:00Z');
      const decided = await theStore().requests.change(request.id, 2, { state: 'approved', decidedAt }, []);
      expect(decided).toMatchObject({ version: 3, state: 'approved', votes: [vote], decidedAt });
      expect(await theStore().requests.get(request.id)).toEqual(decided);
    });

    test('a note on how it ended stays, whatever comes after', async () => {
      const request = await asked();
      await theStore().requests.change(request.id, 1, { state: 'changed', endNote: '1 PC more: a\u0000b' }, []);
      const after = await theStore().requests.change(
        request.id,
        2,
        { decidedAt: new Date('2026-01-05T10:08:00Z') },
        [],
      );
      expect(after).toMatchObject({ state: 'changed', endNote: '1 PC more: a\uFFFDb' });
    });

    test('of changes to one version at the same time one wins, and only its trail is written', async () => {
      const request = await asked();
      const tries = Array.from({ length: 8 }, (_, index) =>
        theStore().requests.change(request.id, 1, { state: index % 2 === 0 ? 'approved' : 'denied' }, [
          entry({ requestId: request.id, kind: 'approved', data: { index } }),
        ]),
      );
      const results = await Promise.all(tries);
      expect(results.filter((result) => result !== null)).toHaveLength(1);
      const written = (await wholeTrail(theStore())).filter((line) => line.requestId === request.id);
      expect(written).toHaveLength(1);
      expect(await theStore().requests.change(request.id, 1, { state: 'expired' }, [])).toBeNull();
      expect(await theStore().requests.change('req_unknown', 1, { state: 'expired' }, [])).toBeNull();
    });

    test('a request whose trail can not be written does not exist', async () => {
      const request = newRequest([]);
      const broken = entry({ at: new Date(Number.NaN) });
      await expect(theStore().requests.create(request, [], [], [broken])).rejects.toThrow();
      expect(await theStore().requests.get(request.id)).toBeNull();
    });

    test('lists what waits oldest first, what is overdue, and the latest first', async () => {
      const first = await asked({ expiresAt: new Date('2001-01-01T00:00:00Z') });
      const second = await asked({ expiresAt: new Date('2001-01-02T00:00:00Z') });
      const done = await asked({ state: 'done', expiresAt: new Date('2001-01-01T00:00:00Z') });
      const ours = [first.id, second.id, done.id];
      const pick = (found: readonly { id: string }[]) => found.map((each) => each.id).filter((id) => ours.includes(id));
      expect(pick(await theStore().requests.waiting(1_000))).toEqual([first.id, second.id]);
      expect(pick(await theStore().requests.overdue(new Date('2001-01-01T00:00:00Z')))).toEqual([first.id]);
      expect(pick(await theStore().requests.overdue(new Date('2000-12-31T23:59:59Z')))).toEqual([]);
      expect(pick(await theStore().requests.latest(3))).toEqual([done.id, second.id, first.id]);
    });

    test('of 50 requests of one person at once as many are kept as the rate allows; other people are not counted', async () => {
      const [requester, other] = [newId('person'), newId('person')];
      const rate = { since: new Date('2026-01-05T09:00:00Z'), most: 10 };
      const create = (by: string) => {
        const request = newRequest([], { state: 'waiting', requester: by });
        const line = entry({ requestId: request.id, actor: by });
        return theStore().requests.create(request, [], [], [line], rate);
      };
      await theStore().requests.create(newRequest([], { requester, createdAt: new Date(0) }), [], [], [], rate);
      const kept = await Promise.all(Array.from({ length: 50 }, () => create(requester)));
      expect(kept.filter(Boolean)).toHaveLength(10);
      expect(await theStore().requests.timesBy(requester, rate.since)).toHaveLength(10);
      expect((await wholeTrail(theStore())).filter((line) => line.actor === requester)).toHaveLength(10);
      expect(await create(other)).toBe(true);
    });

    test('counts what a person asked since an instant', async () => {
      const requester = newId('person');
      await asked({ requester, createdAt: new Date('2026-01-05T10:00:00Z') });
      await asked({ requester, createdAt: new Date('2026-01-05T10:10:00Z') });
      expect(await theStore().requests.timesBy(requester, new Date('2026-01-05T10:10:00Z'))).toHaveLength(1);
      expect(await theStore().requests.timesBy(requester, new Date('2026-01-05T10:00:00Z'))).toHaveLength(2);
      expect(await theStore().requests.timesBy(newId('person'), new Date(0))).toHaveLength(0);
    });
  });
}
