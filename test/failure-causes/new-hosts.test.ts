/** Causes that lie between a PC from the factory and this service: real hellos of the lab, kept in a real PostgreSQL. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { withCode } from '../../src/messages/cards/refusal-card.ts';
import { newHostsCard } from '../../src/messages/provisioning/new-hosts-card.ts';
import type { View } from '../../src/messages/view.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { createHelloDesk } from '../../src/provisioning/hello/hello-desk.ts';
import { realClock } from '../amt/conversation.ts';
import { listenForHello } from '../hello/first-hello.ts';
import { openStore, recordingLogger, temporaryDirectory } from '../store/testing.ts';
import { undoAt } from '../support/undo.ts';
import { type Bench, createBench } from './bench.ts';
import { staged } from './staged.ts';

const hourMs = 3_600_000;
let store: Store;
let bench: Bench;
const undo = undoAt(afterAll);

beforeAll(async () => {
  const directory = await temporaryDirectory();
  undo.push(() => directory.remove());
  store = await openStore({ dataDirectory: directory.path });
  undo.push(() => store.close());
  const desk = createHelloDesk({
    hellos: store.hellos,
    trail: store.trail,
    clock: realClock,
    logger: recordingLogger(),
  });
  const { server, said, close } = await listenForHello('127.24.201.9', (hello) => desk.receive(hello));
  undo.push(close);
  bench = await createBench({ firstAddress: '127.24.201.1', bare: { hosts: 'all', server } });
  undo.push(() => bench.close());
  await said;
}, 60_000);

/** `hosts new`, so many hours from now. */
const hostsNew = async (hours: number): Promise<View> =>
  newHostsCard(await store.hellos.overview(20), 'UTC', new Date(Date.now() + hours * hourMs));

staged('uuid-unknown', 'it is listed with the command that takes it in', async (named) => {
  const card = await hostsNew(0);
  expect(card.title).toBe('1 new PC said hello');
  expect(card.text).toEqual(withCode(named('hosts new', 'hello_unclaimed')));
  expect(card.facts).toBeUndefined();
});

staged('setup-window-over', 'it says hello no more, and its ports refuse', async (named) => {
  await bench.fleet.setFaults('host1', 'setup-window-over');
  const card = await hostsNew(25);
  expect(card.table?.rows[0]?.[2]).toMatch(/, stopped$/);
  expect(card.facts?.[0]?.value).toContain(named('hosts new', 'hello_over'));
  // Once it was seen it is known to have AMT: that is told from a PC without.
  expect(await bench.verify('host1', { seenAt: new Date() })).toContain(
    `AMT status: ${named('verify', 'interface_closed')}`,
  );
});
