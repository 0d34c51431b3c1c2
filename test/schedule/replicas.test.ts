import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRequests } from '../../src/approvals/requests.ts';
import { commandSpecs } from '../../src/commands/index.ts';
import { parseConfig } from '../../src/config/load.ts';
import { policyOf } from '../../src/config/settings/policy-of.ts';
import { createPeople } from '../../src/identity/people.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { newId } from '../../src/runtime/new-id.ts';
import { createTicker, type Ticker } from '../../src/schedule/ticker.ts';
import { deviceInput } from '../contract/store/samples.ts';
import { type SystemPostgres, startSystemPostgres } from '../store/system-postgres.ts';
import { openStore, recordingLogger } from '../store/testing.ts';
import { oneWave } from '../support/fixtures.ts';
import { olga, scheduleOf } from './ground.ts';

const count = 12;
const server: SystemPostgres | null = await startSystemPostgres();
const describeHere = server ? describe : describe.skip;
const policy: Policy = policyOf(
  parseConfig('roles:\n  - id: operator\n    allow:\n      - operations: [all]\n', '/tmp/oob.yaml'),
);

let now = new Date('2027-01-01T01:59:00Z');
const clock = { now: () => now, sleep: async () => {} };

/** A process of the service as far as schedules go, with connections of its own. */
function tickerOn(store: Store): Ticker {
  const people = () => createPeople([olga]);
  const common = { store, people, clock, newId, timeZone: 'UTC' };
  const requests = createRequests({ ...common, policy: () => policy, waves: () => oneWave, onChange: () => {} });
  return createTicker({
    ...common,
    requests,
    commands: commandSpecs,
    refresh: async () => {},
    logger: recordingLogger(),
  });
}

describeHere('two replicas on one PostgreSQL (apt-get install postgresql, or OOB_TEST_DATABASE_URL)', () => {
  const stores: Store[] = [];
  const tickers: Ticker[] = [];
  beforeAll(async () => {
    for (const directory of ['/tmp', '/tmp']) {
      const store = await openStore({ databaseUrl: server?.url ?? '', dataDirectory: directory });
      stores.push(store);
      tickers.push(tickerOn(store));
    }
    await stores[0]?.inventory.importDevices([deviceInput('lyon1', { site: 'lyon' })], () => newId('dev'));
    for (let index = 0; index < count; index += 1)
      await stores[0]?.schedules.add(scheduleOf({ id: `night-${index}`, sweptUntil: now }), { notices: [], trail: [] });
  }, 60_000);
  afterAll(async () => {
    for (const store of stores) await store.close();
    await server?.stop();
  });

  test('both find each due time at the same moment: it has one tick, one request, one run', async () => {
    for (const day of [1, 2, 3]) {
      now = new Date(`2027-01-0${day}T02:00:00.030Z`);
      await Promise.all(tickers.flatMap((ticker) => [ticker.sweep(), ticker.sweep()]));
      // What one had to leave because the other had it in hand.
      await Promise.all(tickers.map((ticker) => ticker.sweep()));
      const [store] = stores;
      const ticks = (await store?.schedules.ticksBetween(new Date('2027-01-01'), now, 1_000)) ?? [];
      expect(ticks.map(({ state }) => state)).toEqual(Array.from({ length: count * day }, () => 'asked'));
      const requests = (await store?.requests.latest(1_000)) ?? [];
      expect(requests.map(({ id }) => id).sort()).toEqual(ticks.map(({ requestId }) => requestId).sort());
      const runs = (await store?.runs.latest(1_000)) ?? [];
      expect(new Set(runs.map(({ requestId }) => requestId)).size).toBe(count * day);
      expect(runs).toHaveLength(count * day);
    }
  }, 60_000);
});
