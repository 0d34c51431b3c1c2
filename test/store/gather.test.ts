import { describe, expect, test } from '@jest/globals';
import { gatherLookups } from '../../adapters/store/database/gather.ts';

/** Lookups of numbers, which find their squares; `answers` decides when the query after so many others answers. */
function squares(answers: (query: number) => Promise<void> = async () => {}) {
  const queries: (readonly number[])[] = [];
  const find = gatherLookups<number, number>(String, async (wishes) => {
    queries.push(wishes);
    await answers(queries.length - 1);
    return new Map(wishes.filter((wish) => wish >= 0).map((wish) => [String(wish), wish * wish]));
  });
  return { queries, find };
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('lookups that are gathered', () => {
  test('those of one turn are one query, each wish once, whatever is awaited in between', async () => {
    const { queries, find } = squares();
    const late = Promise.resolve().then(() => find(3));
    expect(await Promise.all([find(1), find(2), find(1), find(-1), late])).toEqual([1, 4, 1, null, 9]);
    expect(queries).toEqual([[1, 2, -1, 3]]);
    expect(await find(1)).toBe(1);
    expect(queries).toEqual([[1, 2, -1, 3], [1]]);
  });

  test('while one is under way the others wait, and go together when it is over', async () => {
    let answer = () => {};
    const { queries, find } = squares((query) =>
      query === 0
        ? new Promise((resolve) => {
            answer = resolve;
          })
        : Promise.resolve(),
    );
    const all = [find(1)];
    for (let wish = 2; wish <= 9; wish += 1) {
      await turn();
      await turn();
      all.push(find(wish));
    }
    expect(queries).toEqual([[1]]);
    answer();
    expect(await Promise.all(all)).toEqual([1, 4, 9, 16, 25, 36, 49, 64, 81]);
    expect(queries).toEqual([[1], [2, 3, 4, 5, 6, 7, 8, 9]]);
  });

  test('one that hangs holds up nobody for long, and one that fails fails for those who asked', async () => {
    const { queries, find } = squares((query) =>
      query === 0 ? new Promise(() => {}) : query === 1 ? Promise.reject(new Error('lost')) : Promise.resolve(),
    );
    find(1).catch(() => {});
    await turn();
    await turn();
    const lost = await Promise.allSettled([find(2), find(3)]);
    expect(lost.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await find(4)).toBe(16);
    expect(queries).toEqual([[1], [2, 3], [4]]);
  });
});
