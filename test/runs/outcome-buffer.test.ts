import { describe, expect, test } from '@jest/globals';
import type { Logger } from '../../src/ports/logger.ts';
import type { Outcome } from '../../src/ports/runs/run-store.ts';
import { createOutcomeBuffer } from '../../src/runs/outcome-buffer.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const silent = () => {};
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent };
const outcome = (deviceId: string): Outcome => ({
  deviceId,
  status: 'ok',
  code: 'done',
  evidence: [],
  facts: {},
  report: null,
  powerState: 2,
  amtVersion: null,
  tookMs: 1,
});

/** A buffer over a store that fails the first `failures` times. */
function bufferOver(failures: number, giveUp = new AbortController()) {
  const batches: string[][] = [];
  let tries = 0;
  const clock = createFakeClock();
  const buffer = createOutcomeBuffer({
    write: async (outcomes) => {
      tries += 1;
      if (tries <= failures) throw new Error('the store is away');
      batches.push(outcomes.map((each) => each.deviceId));
    },
    onWritten: silent,
    giveUp: giveUp.signal,
    clock,
    logger,
  });
  return { buffer, batches, clock, giveUp, tries: () => tries };
}

describe('outcomes on their way to the store', () => {
  test('those of one moment go as one batch', async () => {
    const { buffer, batches } = bufferOver(0);
    for (const id of ['a', 'b', 'c']) buffer.add(outcome(id));
    await buffer.written();
    expect(batches).toEqual([['a', 'b', 'c']]);
    buffer.add(outcome('d'));
    await buffer.written();
    expect(batches.at(-1)).toEqual(['d']);
  });

  test('of very many at once no batch is larger than a thousand, and none is lost', async () => {
    const { buffer, batches } = bufferOver(1);
    const ids = Array.from({ length: 2_500 }, (_, number) => `dev_${number}`);
    for (const id of ids) buffer.add(outcome(id));
    await buffer.written();
    expect(batches.map((batch) => batch.length)).toEqual([1_000, 1_000, 500]);
    expect(batches.flat().toSorted()).toEqual(ids.toSorted());
  });

  test('a store that is away for long loses none of them, also those that came last', async () => {
    const { buffer, batches, clock } = bufferOver(12);
    buffer.add(outcome('a'));
    buffer.add(outcome('b'));
    await buffer.written();
    expect(batches).toEqual([['a', 'b']]);
    // Ever more slowly, up to ten seconds.
    expect(clock.slept.slice(-3)).toEqual([10_000, 10_000, 10_000]);
  });

  test('nothing to write is written', async () => {
    const { buffer, tries } = bufferOver(0);
    await buffer.written();
    expect(tries()).toBe(0);
  });

  test('when the service ends, one last try is made, and its failure is told', async () => {
    const { buffer, giveUp, tries } = bufferOver(Number.POSITIVE_INFINITY);
    giveUp.abort();
    buffer.add(outcome('a'));
    await expect(buffer.written()).rejects.toThrow('the store is away');
    expect(tries()).toBeGreaterThanOrEqual(1);
  });
});
