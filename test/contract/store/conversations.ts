import { describe, expect, test } from '@jest/globals';
import type { ConsoleMessageInput } from '../../../src/ports/store/invocation-store.ts';
import type { TheStore } from '../store-contract.ts';
import { newId } from './samples.ts';

const at = new Date('2026-01-05T10:00:00Z');

/** InvocationStore and ConsoleLog. */
export function conversationContract(theStore: TheStore): void {
  describe('invocations', () => {
    test('a key counts once, however often it comes', async () => {
      const key = newId('slack');
      const results = await Promise.all(Array.from({ length: 8 }, () => theStore().invocations.claimKey(key, at)));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await theStore().invocations.claimKey(key, at)).toBe(false);
      expect(await theStore().invocations.claimKey(newId('odd\u0000'), at)).toBe(true);
    });

    test('forgets what is older than asked, and no more', async () => {
      const [old, fresh] = [newId('key'), newId('key')];
      await theStore().invocations.claimKey(old, new Date('2025-01-01T00:00:00Z'));
      await theStore().invocations.claimKey(fresh, new Date('2025-01-02T00:00:00Z'));
      const offer = { actionId: newId('act'), text: 'poweron host42', principal: 'p' };
      await theStore().invocations.offer({ ...offer, offeredAt: new Date('2025-01-01T00:00:00Z') });
      await theStore().invocations.forget(new Date('2025-01-02T00:00:00Z'));
      expect(await theStore().invocations.claimKey(old, at)).toBe(true);
      expect(await theStore().invocations.claimKey(fresh, at)).toBe(false);
      expect(await theStore().invocations.takeOffer(offer.actionId, 'p')).toBeNull();
    });

    test('an offer goes once, to the person it was made to', async () => {
      const offer = { actionId: newId('act'), text: 'poweron host42', principal: 'person_a', offeredAt: at };
      await theStore().invocations.offer(offer);
      expect(await theStore().invocations.takeOffer(offer.actionId, 'person_b')).toBeNull();
      const taken = await Promise.all(
        Array.from({ length: 5 }, () => theStore().invocations.takeOffer(offer.actionId, 'person_a')),
      );
      expect(taken.filter(Boolean)).toEqual([offer]);
      expect(await theStore().invocations.takeOffer('\u0000', 'person_a')).toBeNull();
    });
  });

  describe('console log', () => {
    const message = (channel: string, over: Partial<ConsoleMessageInput> = {}): ConsoleMessageInput => ({
      channel,
      author: 'oob',
      visibleTo: null,
      thread: null,
      text: null,
      view: { tone: 'good', title: 'host42 is on' },
      at,
      ...over,
    });

    test('gives messages back with their numbers, the last ones oldest first', async () => {
      const channel = newId('channel');
      const first = await theStore().consoleLog.append(
        message(channel, { author: 'person_a', visibleTo: 'person_a', text: 'poweron host42', view: null }),
      );
      const second = await theStore().consoleLog.append(message(channel, { thread: first }));
      const third = await theStore().consoleLog.append(message(channel));
      const latest = await theStore().consoleLog.latest(channel, 2);
      expect(latest.map((each) => each.number)).toEqual([second, third]);
      const [whole] = await theStore().consoleLog.latest(channel, 3);
      expect(whole).toEqual({
        ...message(channel, { author: 'person_a', visibleTo: 'person_a', text: 'poweron host42', view: null }),
        number: first,
        change: expect.any(Number),
        editedAt: null,
      });
      expect(latest[0]).toMatchObject({ thread: first, view: { tone: 'good', title: 'host42 is on' } });
    });

    test('a replaced message comes up as a change, once, with its new view', async () => {
      const channel = newId('channel');
      const number = await theStore().consoleLog.append(message(channel));
      await theStore().consoleLog.append(message(channel));
      const before = await theStore().consoleLog.changes(channel, 0, 10);
      const seen = before.at(-1)?.change ?? 0;
      expect(before.map((each) => each.change)).toEqual(before.map((each) => each.change).toSorted((a, b) => a - b));
      expect(await theStore().consoleLog.changes(channel, seen, 10)).toEqual([]);
      expect(await theStore().consoleLog.replace(number, { title: 'off' }, new Date(at.getTime() + 1))).toBe(true);
      expect(await theStore().consoleLog.changes(channel, seen, 10)).toMatchObject([
        { number, view: { title: 'off' }, editedAt: new Date(at.getTime() + 1) },
      ]);
      expect(await theStore().consoleLog.replace(2_000_000_000, {}, at)).toBe(false);
    });

    test('what is posted again under its key is the same message, replaced', async () => {
      const channel = newId('channel');
      const key = newId('card');
      const number = await theStore().consoleLog.append(message(channel, { key }));
      const again = await theStore().consoleLog.append(message(channel, { key, view: { title: 'as it stands now' } }));
      expect(again).toBe(number);
      const [only, ...more] = await theStore().consoleLog.latest(channel, 10);
      expect(only).toMatchObject({ number, view: { title: 'as it stands now' }, editedAt: at });
      expect(more).toEqual([]);
    });

    test('a reader who asks for what is newer misses nothing that is written meanwhile', async () => {
      const channel = newId('channel');
      const writing = Promise.all(
        Array.from({ length: 60 }, (_, index) => theStore().consoleLog.append(message(channel, { text: `${index}` }))),
      );
      let done = false;
      const finished = writing.then(() => {
        done = true;
      });
      const seen: number[] = [];
      for (let after = 0, last = false; ; last = done) {
        const news = await theStore().consoleLog.changes(channel, after, 7);
        seen.push(...news.map((each) => each.number));
        after = news.at(-1)?.change ?? after;
        if (last && news.length === 0) break;
      }
      await finished;
      expect(new Set(seen)).toEqual(new Set(await writing));
    });
  });
}
