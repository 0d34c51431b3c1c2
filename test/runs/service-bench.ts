import { join } from 'node:path';
import { type Database, openDatabase } from '../../adapters/store/database/connection.ts';
import { freePort, startEmbedded } from '../../adapters/store/embedded/embedded.ts';
import { createStore, createTrailAnchors } from '../../adapters/store/index.ts';
import type { View } from '../../src/messages/view.ts';
import type { Operation } from '../../src/operations/operation.ts';
import type { ChatAdapter, MessageAddress, OnInvocation } from '../../src/ports/chat.ts';
import type { WaveSettings } from '../../src/runs/waves.ts';
import { newId } from '../../src/runtime/new-id.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { createService } from '../../src/service.ts';
import { scriptedSession } from '../operations/fake-session.ts';
import { noDiscovery, operationsWith } from '../operations/perform.ts';
import { recordingLogger, temporaryDirectory } from '../store/testing.ts';
import { itOps, noPictures, noVerification, person, policy } from '../support/fixtures.ts';

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

/** The whole core on a database of its own, with devices that are played by an operation. */
export interface ServiceBench {
  readonly chat: ReturnType<typeof createWatchedChat>;
  /** Transactions that the database has committed so far, as far as it has counted them. */
  transactions(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts it. Devices are called host1, host2 ... and spread over the sites in turn; `reset` needs no approval. */
export async function startServiceBench(options: {
  readonly devices: number;
  readonly sites: number;
  readonly reset: Operation;
  readonly waves: WaveSettings;
}): Promise<ServiceBench> {
  const { devices, sites, reset, waves } = options;
  const logger = recordingLogger();
  const chat = createWatchedChat();
  const directory = await temporaryDirectory();
  const port = await freePort();
  const server = await startEmbedded({ dataDirectory: directory.path, port, logger, onFatal: () => {} });
  if (!('host' in server.settings)) throw new Error('the server has no address');
  const { user, password, host, database: name } = server.settings;
  const databaseUrl = `postgres://${user}:${password}@${encodeURIComponent(host)}:${port}/${name}`;
  const database: Database = openDatabase(server.settings, logger);
  const store = await createStore({ databaseUrl, dataDirectory: directory.path, logger, onFatal: () => {} });
  const rows = Array.from({ length: devices }, (_, at) => ({
    name: `host${at + 1}`,
    fqdn: null,
    host: '127.0.0.1',
    port: null,
    mac: null,
    site: `site${at % sites}`,
    groups: [],
    tls: 'none' as const,
    certificateFingerprint: null,
    credential: 'lab',
  }));
  await store.inventory.importDevices(rows, () => newId('dev'));
  const timeZone = 'UTC';
  const operations = operationsWith({
    deviceLogs: store.deviceLogs,
    assets: store.assets,
    standings: store.standings,
    credentials: async () => {
      throw new Error('no device is really spoken with');
    },
    wakeHistory: store.wakeHistory,
    newId,
    timeZone,
  });
  const service = createService({
    store,
    profiles: () => [],
    anchors: createTrailAnchors(join(directory.path, 'anchors')),
    gateway: { withDevice: (_endpoint, work) => work(scriptedSession({})), close: async () => {} },
    operations: { ...operations, reset },
    digests: [],
    painter: noPictures,
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
    waves: () => waves,
    limits: { total: 500, perSite: 500, verifyMs: 1_000 },
    discovery: noDiscovery,
    checklist: noVerification,
    soleWorker: true,
  });
  await service.start();
  return {
    chat,
    async transactions() {
      const { rows: counted } = await database.query<{ committed: number }>(
        'select xact_commit as committed from pg_stat_database where datname = current_database()',
      );
      return counted[0]?.committed ?? 0;
    },
    async stop() {
      await service.stop();
      await store.close();
      await database.close();
      await server.stop();
      await directory.remove();
    },
  };
}
