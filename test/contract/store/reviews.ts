import { describe, expect, test } from '@jest/globals';
import type { NewRequest } from '../../../src/ports/store/request-store.ts';
import type { NewReview } from '../../../src/ports/trail/review-store.ts';
import type { TheStore } from '../store-contract.ts';
import { channel, entry, fleet, newId, newRequest, wholeTrail } from './samples.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 5, 10) + seconds * 1_000);
const lifted = [{ guard: 'windows' as const, found: 'window nights is closed' }];

/** ReviewStore, and what RequestStore.create keeps with a request that breaks glass. */
export function reviewContract(theStore: TheStore): void {
  describe('reviews of broken glass', () => {
    const sample = (over: Partial<NewRequest> = {}) => {
      const request = newRequest([], { createdAt: at(0), requester: newId('person'), ...over });
      const id = newId('rev');
      const review: NewReview = {
        id,
        requestId: request.id,
        requester: request.requester,
        openedAt: request.createdAt,
        actionId: newId('act'),
      };
      return { review, request: { ...request, glass: { lifted, reviewId: id } } };
    };
    const noticeOf = (request: Pick<NewRequest, 'id'>) => ({
      ...{ id: newId('card'), requestId: request.id, conversation: channel, kind: 'notice' as const },
      view: { tone: 'bad' as const, title: 'BREAK-GLASS' },
    });
    const broken = async (over: Partial<NewRequest> = {}, most = 100) => {
      const { review, request } = sample(over);
      const notice = noticeOf(request);
      const trail = [entry({ kind: 'glass_broken', requestId: request.id })];
      const kept = await theStore().requests.create(
        request,
        [],
        [],
        trail,
        { since: at(-10), most: 100 },
        { review, notices: [notice], most },
      );
      return { review, request, notice, kept };
    };

    test('a request, its review, its notice and the trail are stored together', async () => {
      const { review, request, notice, kept } = await broken();
      expect(kept).toBe(true);
      expect((await theStore().requests.get(request.id))?.glass).toEqual({ lifted, reviewId: review.id });
      expect(await theStore().reviews.get(review.id)).toEqual({ ...review, signedOff: null });
      expect(await theStore().reviews.findByAction(review.actionId)).toMatchObject({ id: review.id });
      expect(await theStore().cards.ofRequest(request.id)).toMatchObject([{ id: notice.id, view: notice.view }]);
      const kinds = (await wholeTrail(theStore())).filter(({ requestId }) => requestId === request.id);
      expect(kinds.map(({ kind }) => kind)).toEqual(['glass_broken']);
      for (const unknown of ['rev_unknown', '\u0000']) {
        expect(await theStore().reviews.get(unknown)).toBeNull();
        expect(await theStore().reviews.findByAction(unknown)).toBeNull();
      }
    });

    test('all of it or nothing: where a part cannot be stored there is no request either', async () => {
      const { review } = await broken();
      const { request } = sample();
      const twice = { review: { ...review, requestId: request.id }, notices: [noticeOf(request)], most: 100 };
      const rate = { since: at(-10), most: 100 };
      await expect(theStore().requests.create(request, [], [], [], rate, twice)).rejects.toThrow();
      expect(await theStore().requests.get(request.id)).toBeNull();
      expect(await theStore().cards.ofRequest(request.id)).toEqual([]);
    });

    test('of many at once no more than the bound pass, and none of the others leaves anything', async () => {
      const requester = newId('person');
      const tries = await Promise.all([...Array(8).keys()].map(() => broken({ requester }, 3)));
      expect(tries.filter(({ kept }) => kept)).toHaveLength(3);
      expect(await theStore().reviews.countBy(requester, at(0))).toBe(3);
      expect(await theStore().reviews.countBy(requester, at(1))).toBe(0);
      expect(await theStore().requests.timesBy(requester, at(0))).toHaveLength(3);
      for (const { kept, review, request } of tries) {
        expect((await theStore().reviews.get(review.id)) !== null).toBe(kept);
        expect(await theStore().cards.ofRequest(request.id)).toHaveLength(kept ? 1 : 0);
      }
      // Requests that break nothing are not held up by it.
      const plain = newRequest([], { requester, createdAt: at(1) });
      expect(await theStore().requests.create(plain, [], [], [], { since: at(-10), most: 100 })).toBe(true);
    });

    test('open ones are listed oldest first until they are signed off', async () => {
      const [first, second] = [await broken(), await broken()];
      const ours = async () => {
        const ids = (await theStore().reviews.open(1_000)).map(({ id }) => id);
        return ids.filter((id) => id === first.review.id || id === second.review.id);
      };
      expect(await ours()).toEqual([first.review.id, second.review.id]);
      const signOff = { by: 'person_lead', at: at(60), note: 'looked at it\u0000' };
      expect(await theStore().reviews.signOff(first.review.id, signOff, [], [])).toBe(true);
      expect(await ours()).toEqual([second.review.id]);
      expect(await theStore().reviews.get(first.review.id)).toMatchObject({
        signedOff: { ...signOff, note: 'looked at it\uFFFD' },
      });
      expect(await theStore().reviews.open(0)).toEqual([]);
    });

    test('of many who sign off at once one counts; never the requester; trail and notice go with the one', async () => {
      const { review, request } = await broken();
      const sign = (by: string) =>
        theStore().reviews.signOff(
          review.id,
          { by, at: at(60), note: null },
          [entry({ kind: 'review_signed_off', actor: by, requestId: request.id })],
          [{ ...noticeOf(request), id: `${request.id}.signed.${by}` }],
        );
      expect(await sign(request.requester)).toBe(false);
      expect((await theStore().reviews.get(review.id))?.signedOff).toBeNull();
      const signed = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(sign));
      expect(signed.filter(Boolean)).toHaveLength(1);
      const winner = ['a', 'b', 'c', 'd', 'e'][signed.indexOf(true)];
      expect((await theStore().reviews.get(review.id))?.signedOff).toEqual({ by: winner, at: at(60), note: null });
      const entries = (await wholeTrail(theStore())).filter(({ requestId }) => requestId === request.id);
      expect(entries.map(({ kind, actor }) => [kind, actor]).slice(1)).toEqual([['review_signed_off', winner]]);
      const cards = await theStore().cards.ofRequest(request.id);
      expect(cards.map(({ id }) => id).slice(1)).toEqual([`${request.id}.signed.${winner}`]);
      expect(await sign('f')).toBe(false);
      expect(await theStore().reviews.signOff('rev_unknown', { by: 'a', at: at(0), note: null }, [], [])).toBe(false);
    });

    test('signing off makes the card of the request stale: it says so too', async () => {
      const { review, request } = await broken();
      const card = { id: newId('card'), requestId: request.id, conversation: channel };
      await theStore().cards.add(card);
      const address = { platform: 'slack', reference: { ts: newId('ts') } } as const;
      const isStaleAt = async (seconds: number) => {
        const taken = await theStore().cards.takeStale(at(seconds), at(seconds), 1_000, 1_000);
        for (const each of taken) await theStore().cards.shown(each.id, address, 'hash', at(seconds));
        return taken.some((each) => each.id === card.id);
      };
      expect(await isStaleAt(1_000)).toBe(true);
      expect(await isStaleAt(1_002)).toBe(false);
      await theStore().reviews.signOff(review.id, { by: 'a', at: at(0), note: null }, [], []);
      expect(await isStaleAt(1_004)).toBe(true);
    });

    test('devices of such a request are kept as those of any', async () => {
      const devices = await fleet(theStore(), 2);
      const { review, request } = sample();
      const extra = { review, notices: [], most: 1 };
      await theStore().requests.create(request, devices, [], [], { since: at(-10), most: 100 }, extra);
      expect(await theStore().requests.devices(request.id)).toEqual(devices);
    });
  });
}
