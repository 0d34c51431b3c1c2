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
});
