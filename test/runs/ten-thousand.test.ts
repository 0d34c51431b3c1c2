import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../adapters/store/database/connection.ts';
import { type EmbeddedPostgres, freePort, startEmbedded } from '../../adapters/store/embedded/embedded.ts';
import { createStore, createTrailAnchors } from '../../adapters/store/index.ts';
import type { View } from '../../src/messages/view.ts';
import { createOperations } from '../../src/operations/index.ts';
import type { Operation } from '../../src/operations/operation.ts';
import type { ChatAdapter, MessageAddress, OnInvocation } from '../../src/ports/chat.ts';
import type { Store } from '../../src/ports/store.ts';
import { newId } from '../../src/runtime/new-id.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { createService, type Service } from '../../src/service.ts';
import { scriptedSession } from '../operations/fake-session.ts';
import { recordingLogger, temporaryDirectory } from '../store/testing.ts';
import { itOps, person, policy } from '../support/fixtures.ts';

const devices = 10_000;

/** A chat platform that keeps when it was made to show what. */
function createWatchedChat() {
  const shown: { readonly message: string; readonly atMs: number; readonly view: View }[] = [];
  let hand: OnInvocation = async () => {};
  let wake = () => {};
  const show = (message: string, view: View) => {
    shown.push({ message, view, atMs: performance.now() });
    wake();
  };
  const adapter: ChatAdapter = {
    platform: 'console',
    async start(onInvocation) {
      hand = onInvocation;
    },
    stop: async () => {},
    async post(_conversation, view, thread): Promise<MessageAddress> {
      const message = newId(thread ? 'below' : 'msg');
      show(message, view);
      return { platform: 'console', reference: { message } };
    },
    async update({ reference }, view) {
      show(reference.message ?? '', view);
    },
  };
  return {
    adapter,
    shown,
    say: (text: string) =>
      hand({
        key: newId('key'),
        account: { platform: 'console', tenant: 'local', user: 'operator' },
        displayName: 'Operator',
        conversation: itOps,
        what: { kind: 'command', text },
        respond: async (view) => show(newId('answer'), view),
      }),
    async until(passes: (view: View) => boolean): Promise<View> {
      for (;;) {
        const found = shown.find(({ view }) => passes(view));
        if (found) return found.view;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

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

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let server: EmbeddedPostgres;
let database: Database;
let store: Store;
let service: Service;
const chat = createWatchedChat();
const logger = recordingLogger();
beforeAll(async () => {
  directory = await temporaryDirectory();
  server = await startEmbedded({ dataDirectory: directory.path, port: await freePort(), logger, onFatal: () => {} });
  database = openDatabase(server.settings, logger);
  if (!('host' in server.settings)) throw new Error('the server has no address');
  const { user, password, host, port, database: name } = server.settings;
  const databaseUrl = `postgres://${user}:${password}@${encodeURIComponent(host)}:${port}/${name}`;
  store = await createStore({ databaseUrl, dataDirectory: directory.path, logger, onFatal: () => {} });
  const row = {
    fqdn: null,
    host: '127.0.0.1',
    port: null,
    mac: null,
    groups: [],
    tls: 'none',
    credential: 'lab',
  } as const;
  const rows = Array.from({ length: devices }, (_, at) => ({
    ...row,
    name: `host${at + 1}`,
    site: `site${at % 20}`,
    certificateFingerprint: null,
  }));
  await store.inventory.importDevices(rows, () => newId('dev'));
  const { deviceLogs, assets } = store;
  const timeZone = 'UTC';
  const operations = createOperations({
    deviceLogs,
    assets,
    profiles: () => [],
    credentials: async () => {
      throw new Error('no device is really spoken with');
    },
    newId,
    timeZone,
  });
  service = createService({
    store,
    anchors: createTrailAnchors(join(directory.path, 'anchors')),
    gateway: { withDevice: (_endpoint, work) => work(scriptedSession({})), close: async () => {} },
    operations: { ...operations, reset },
    chats: [chat.adapter],
    principals: () => [person('operator', 'operator')],
    policy: () => ({
      ...policy,
      risks: { ...policy.risks, reset: 'act' },
      limits: { devicesPerRequest: devices, requestsPerHour: 60 },
    }),
    clock: systemClock,
    newId,
    logger,
    timeZone,
    waves: () => ({
      smallRunDevices: 20,
      canaryDevices: 5,
      waves: 4,
      waveDevices: 1_000,
      perMinute: null,
      failureLimit: { percent: 20, ofLast: 20 },
    }),
    limits: { total: 500, perSite: 50, verifyMs: 1_000 },
    soleWorker: true,
  });
  await service.start();
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await store?.close();
  await database?.close();
  await server?.stop();
  await directory?.remove();
}, 60_000);

const transactions = async () => {
  const { rows } = await database.query<{ committed: number }>(
    'select xact_commit as committed from pg_stat_database where datname = current_database()',
  );
  return rows[0]?.committed ?? 0;
};

describe('ten thousand devices', () => {
  test('go in eleven waves; a message is edited once a second at most; no device costs a transaction of its own', async () => {
    const before = await transactions();
    const startedMs = performance.now();
    await chat.say('reset all');
    const end = await chat.until(({ title }) => title.startsWith('Done: '));
    const tookMs = performance.now() - startedMs;
    expect(end.title).toMatch(/^Done: 9,800 accepted, 200 failed \(200 unreachable\)\. /);
    await chat.until(({ title }) => title === '200 PCs did not reset');

    const titles = chat.shown.map(({ view }) => view.title);
    expect(titles.some((title) => /^Running: wave \d+ of 11, [\d,]+ of 10,000 reset/.test(title))).toBe(true);
    const messages = Map.groupBy(chat.shown, ({ message }) => message);
    expect(messages.size).toBe(2);
    for (const states of messages.values())
      for (const [at, { atMs }] of states.entries())
        if (at > 0) expect(atMs - (states[at - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(990);

    // The statistics of a session are reported within a second of its last transaction.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const spent = (await transactions()) - before;
    process.stderr.write(`${devices} devices in ${(tookMs / 1_000).toFixed(1)} s with ${spent} transactions\n`);
    expect(spent).toBeLessThan(devices / 10);
  }, 60_000);
});
