/** A cause that lies in the operating system of a PC: its agent never comes. The record in a real PostgreSQL. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { causeSentences } from '../../src/messages/runs/causes.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { createInBandSetup } from '../../src/provisioning/in-band/await-agent.ts';
import { deviceInput } from '../contract/store/samples.ts';
import { openStore, temporaryDirectory } from '../store/testing.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { undoAt } from '../support/undo.ts';
import { staged } from './staged.ts';

let store: Store;
const undo = undoAt(afterAll);
beforeAll(async () => {
  const directory = await temporaryDirectory();
  undo.push(() => directory.remove());
  store = await openStore({ dataDirectory: directory.path });
  undo.push(() => store.close());
}, 60_000);

staged('agent-cannot-reach-amt', 'it never comes, however long it is waited for', async (named) => {
  const clock = createFakeClock();
  await store.inventory.importDevices([deviceInput('pc1', { host: '127.24.201.60' })], () => 'dev_pc1');
  const [pc] = await store.inventory.devices(['dev_pc1']);
  if (!pc) throw new Error('it is not in the inventory');
  const setUp = createInBandSetup({
    provisionings: store.provisionings,
    clock,
    waitMinutes: 30,
    wanted: 'admin',
    command: () => 'rpc activate',
  });
  const begun = await store.provisionings.begin({ deviceId: pc.id, mode: 'in-band', requestId: null, at: clock.now() });
  const { signal } = new AbortController();
  const wish = { device: pc, method: null, requestId: null, progressed: () => {}, lend: <T>(wait: Promise<T>) => wait };
  const record = await setUp(begun, { ...wish, signal });
  expect(record).toMatchObject({ state: 'stopped', failure: { code: 'agent_absent' } });
  expect(record.failure?.evidence).toContain('to be run on the PC: rpc activate');
  // As the card of the run says it.
  expect(causeSentences({ [record.failure?.code ?? '']: 1 })[0]).toContain(named('provision', 'agent_absent'));
});
