import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Operation } from '../../src/operations/operation.ts';
import { type ServiceBench, startServiceBench } from './service-bench.ts';

const devices = 10_000;

/** A device that takes 20 ms; every fiftieth fails. */
const reset: Operation = {
  name: 'reset',
  exclusive: true,
  async perform({ device, clock, signal }) {
    await clock.sleep(20, signal);
    const isBad = Number(device.name.slice('host'.length)) % 50 === 0;
    const end = { evidence: [], facts: {}, report: null, powerState: 2, amtVersion: null };
    return isBad ? { ...end, status: 'failed', code: 'unreachable' } : { ...end, status: 'ok', code: 'accepted' };
  },
};

let bench: ServiceBench;
beforeAll(async () => {
  bench = await startServiceBench({
    devices,
    sites: 20,
    reset,
    waves: {
      smallRunDevices: 20,
      canaryDevices: 5,
      waves: 4,
      waveDevices: 1_000,
      perMinute: null,
      failureLimit: { percent: 20, ofLast: 20 },
    },
  });
}, 60_000);
afterAll(() => bench?.stop(), 60_000);

describe('ten thousand devices', () => {
  test('go in eleven waves; a message is edited once a second at most; no device costs a transaction of its own', async () => {
    const before = await bench.transactions();
    const startedMs = performance.now();
    await bench.chat.say('reset all');
    const end = await bench.chat.until(({ title }) => title.startsWith('Done: '));
    const tookMs = performance.now() - startedMs;
    expect(end.title).toMatch(/^Done: 9,800 accepted, 200 failed \(200 unreachable\)\. /);
    await bench.chat.until(({ title }) => title === '200 PCs did not reset');

    const titles = bench.chat.shown.map(({ view }) => view.title);
    expect(titles.some((title) => /^Running: wave \d+ of 11, [\d,]+ of 10,000 reset/.test(title))).toBe(true);
    const messages = Map.groupBy(bench.chat.shown, ({ message }) => message);
    expect(messages.size).toBe(2);
    for (const states of messages.values())
      for (const [at, { atMs }] of states.entries())
        if (at > 0) expect(atMs - (states[at - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(990);

    // The statistics of a session are reported within a second of its last transaction.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const spent = (await bench.transactions()) - before;
    process.stderr.write(`${devices} devices in ${(tookMs / 1_000).toFixed(1)} s with ${spent} transactions\n`);
    expect(spent).toBeLessThan(devices / 10);
  }, 60_000);
});
