import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createStore } from '../../adapters/store/index.ts';
import type { Conversation } from '../../src/ports/chat.ts';
import { recordingLogger, temporaryDirectory } from './testing.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

const open = (beside: boolean) =>
  createStore({ dataDirectory: directory.path, beside, logger: recordingLogger(), onFatal: () => {} });
const channel: Conversation = { platform: 'console', tenant: 'local', channel: 'c', direct: false, reference: {} };
const leaseMs = 30_000;

test('a command beside a running service uses its database, minds nothing of what it has in hand, and leaves it running', async () => {
  const service = await open(false);
  try {
    await expect(open(false)).rejects.toMatchObject({ code: 'ERR_STORE_IN_USE' });
    const runs: string[] = [];
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const begun = new Promise<void>((resolve) => {
      service.queue
        .work('run', 2, ({ runId }) => {
          runs.push(runId);
          resolve();
          return finished;
        })
        .catch(() => {});
    });
    await service.queue.send('run', { runId: 'run_1' }, { key: 'run_1' });
    await begun;
    await service.cards.add({ id: 'card_1', requestId: 'req_1', conversation: channel });
    const now = new Date();
    expect(await service.cards.takeStale(now, now, leaseMs, 10)).toHaveLength(1);

    const guest = await open(true);
    await guest.trail.append([
      { at: now, kind: 'inventory_imported', actor: 'command-line', requestId: null, data: {} },
    ]);
    expect(await guest.cards.takeStale(now, now, leaseMs, 10)).toEqual([]);
    // The job is still in somebody's hands: its key is taken, so this one is not stored.
    await guest.queue.send('run', { runId: 'run_2' }, { key: 'run_1' });
    await guest.close();

    expect((await service.trail.read(0, 10)).map((entry) => entry.kind)).toEqual(['inventory_imported']);
    finish();
    await service.queue.send('run', { runId: 'run_3' }, { key: 'run_3' });
    while (!runs.includes('run_3')) await new Promise((resolve) => setImmediate(resolve));
    expect(runs).toEqual(['run_1', 'run_3']);
  } finally {
    await service.close();
  }
});

test('an edit that a dead service had begun is taken up at once, for nobody else can have it', async () => {
  const store = await open(false);
  const now = new Date();
  expect(await store.cards.takeStale(now, now, leaseMs, 10)).toMatchObject([{ id: 'card_1' }]);
  await store.close();
});
