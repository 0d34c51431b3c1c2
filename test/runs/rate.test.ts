import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Operation } from '../../src/operations/operation.ts';
import { oneWave } from '../support/fixtures.ts';
import { type ServiceBench, startServiceBench } from './service-bench.ts';

const begunMs: number[] = [];
const reset: Operation = {
  name: 'reset',
  exclusive: true,
  async perform() {
    begunMs.push(performance.now());
    return {
      status: 'ok',
      code: 'accepted',
      evidence: [],
      facts: {},
      report: null,
      powerState: 2,
      amtVersion: null,
    };
  },
};

let bench: ServiceBench;
beforeAll(async () => {
  bench = await startServiceBench({
    devices: 60,
    sites: 2,
    reset,
    // Two per second and site once the twenty are used up that may begin at once.
    waves: { ...oneWave, perMinute: 120 },
  });
}, 60_000);
afterAll(() => bench?.stop(), 60_000);

describe('a rate per site', () => {
  test('a sixth of a minute may begin at once, the rest follows as time goes by, whatever the room', async () => {
    await bench.chat.say('reset all');
    await bench.chat.until(({ title }) => title.startsWith('Done: 60 accepted'));
    const [first = 0] = begunMs;
    const within = (ms: number) => begunMs.filter((at) => at - first < ms).length;
    // Two sites, twenty each; then two per second and site.
    expect(within(400)).toBeLessThanOrEqual(40);
    expect(within(2_400)).toBeLessThanOrEqual(40 + 2 * 5);
    expect((begunMs.at(-1) ?? 0) - first).toBeGreaterThanOrEqual(4_500);
    expect(begunMs).toHaveLength(60);
  });
});
