import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createTurnstile } from '../../adapters/amt/transport/turnstile.ts';

/** Lets `count` callbacks arrive in one turn; how many had passed at the end of each of the turns after it. */
async function passedByTurn(count: number, turns: number) {
  const pass = createTurnstile(3);
  const order: number[] = [];
  for (let at = 0; at < count; at += 1) pass(() => order.push(at));
  const seen = [order.length];
  for (let each = 0; each < turns; each += 1) {
    await turn();
    seen.push(order.length);
  }
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  return seen;
}

describe('replies that arrive at once', () => {
  test('so many in one turn, the others in the next ones, in their order', async () => {
    expect(await passedByTurn(8, 3)).toEqual([3, 6, 8, 8]);
  });

  test('a few pass at once', async () => {
    expect(await passedByTurn(2, 1)).toEqual([2, 2]);
  });

  test('one that comes while others wait does not overtake them, and what people type comes in between', async () => {
    const pass = createTurnstile(1);
    const order: string[] = [];
    pass(() => order.push('a'));
    pass(() => order.push('b'));
    setImmediate(() => order.push('typed'));
    await turn();
    pass(() => order.push('c'));
    await turn();
    await turn();
    expect(order).toEqual(['a', 'b', 'typed', 'c']);
  });
});
