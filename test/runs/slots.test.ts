import { describe, expect, test } from '@jest/globals';
import { createSlots } from '../../src/runs/slots.ts';

describe('slots', () => {
  test('are shared fairly between sites and bounded in all', () => {
    const slots = createSlots({ total: 10, perSite: 8 });
    expect(slots.reserve(['a', 'b'], 500)).toEqual([
      { site: 'a', room: 5 },
      { site: 'b', room: 5 },
    ]);
    expect(slots.reserve(['a', 'b'], 500)).toEqual([]);
  });
  test('are bounded per site', () => {
    const slots = createSlots({ total: 10, perSite: 3 });
    expect(slots.reserve(['a', 'b'], 500)).toEqual([
      { site: 'a', room: 3 },
      { site: 'b', room: 3 },
    ]);
    expect(slots.reserve(['a'], 500)).toEqual([]);
  });
  test('a freed place wakes whoever waits', async () => {
    const slots = createSlots({ total: 1, perSite: 1 });
    slots.reserve(['a'], 1);
    const freed = slots.freed();
    slots.free('a', 1);
    await freed;
    expect(slots.reserve(['a'], 1)).toEqual([{ site: 'a', room: 1 }]);
  });

  test('a place is lent while its device only waits, and comes back before new devices begin', async () => {
    const slots = createSlots({ total: 2, perSite: 2 });
    expect(slots.reserve(['a'], 9)).toEqual([{ site: 'a', room: 2 }]);
    const boot = Promise.withResolvers<string>();
    const freed = slots.freed();
    let isBack = false;
    const lent = slots.lend('a', boot.promise).then((result) => {
      isBack = true;
      return result;
    });
    await freed;
    expect(slots.reserve(['a', 'b'], 9)).toEqual([{ site: 'a', room: 1 }]);
    boot.resolve('on');
    await new Promise(setImmediate);
    expect(isBack).toBe(false);
    slots.free('a', 1);
    expect(slots.reserve(['a'], 9)).toEqual([]);
    await expect(lent).resolves.toBe('on');
    slots.free('a', 2);
    expect(slots.reserve(['a'], 9)).toEqual([{ site: 'a', room: 2 }]);
  });

  test('a wait that fails gives the place back too', async () => {
    const slots = createSlots({ total: 1, perSite: 1 });
    slots.reserve(['a'], 1);
    await expect(slots.lend('a', Promise.reject(new Error('cut off')))).rejects.toThrow('cut off');
    expect(slots.reserve(['a'], 1)).toEqual([]);
    slots.free('a', 1);
    expect(slots.reserve(['a'], 1)).toEqual([{ site: 'a', room: 1 }]);
  });

  test('lent places do not let a fleet of dark PCs grow without bound', async () => {
    const slots = createSlots({ total: 4, perSite: 2 });
    const dark = Promise.withResolvers<void>();
    const tasks: Promise<void>[] = [];
    let speaking = 0;
    let most = 0;
    const work = async (site: string) => {
      await slots.lend(site, dark.promise);
      speaking += 1;
      most = Math.max(most, speaking);
      await new Promise(setImmediate);
      speaking -= 1;
      slots.free(site, 1);
    };
    for (;;) {
      const rooms = slots.reserve(['a', 'b'], 500);
      if (rooms.length === 0) break;
      for (const { site, room } of rooms) for (let one = 0; one < room; one += 1) tasks.push(work(site));
    }
    expect(tasks.length).toBe(16);
    dark.resolve();
    // Each speaks with its PC once more, as many at a time as there are places.
    await Promise.all(tasks);
    expect(most).toBe(4);
  });

  test('sites take turns when their devices return', async () => {
    const slots = createSlots({ total: 1, perSite: 1 });
    const order: string[] = [];
    const boot = Promise.withResolvers<void>();
    const waits = ['a', 'a', 'b', 'a'].map((site, index) => {
      expect(slots.reserve([site], 1)).toEqual([{ site, room: 1 }]);
      return slots.lend(site, boot.promise).then(() => {
        order.push(`${site}${index}`);
        slots.free(site, 1);
      });
    });
    boot.resolve();
    await Promise.all(waits);
    expect(order).toEqual(['a0', 'a1', 'b2', 'a3']);
  });
});
