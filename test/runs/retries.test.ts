import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort, startEmbedded } from '../../adapters/store/embedded/embedded.ts';
import type { SitePacing } from '../../src/ports/runs/run-pacing.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { fleet, newId, newRequest } from '../contract/store/samples.ts';
import { polled } from '../e2e/site/polled.ts';
import { openStore, recordingLogger, temporaryDirectory } from '../store/testing.ts';

const minute = 60_000;
const pacing: SitePacing = { retries: 3, retryDelayMs: 2 * minute, pauseAfter: null, pauseMs: 0, perSubnet: null };

let store: Store;
let databaseUrl = '';
let directory = '';
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const temporary = await temporaryDirectory();
  directory = temporary.path;
  const port = await freePort();
  const logger = recordingLogger();
  const server = await startEmbedded({ dataDirectory: directory, port, logger, onFatal: () => {} });
  if (!('host' in server.settings)) throw new Error('the server has no address');
  const { user, password, host, database } = server.settings;
  databaseUrl = `postgres://${user}:${password}@${encodeURIComponent(host)}:${port}/${database}`;
  store = await openStore({ databaseUrl, dataDirectory: directory });
  closing.push(
    () => temporary.remove(),
    () => server.stop(),
    () => store.close(),
  );
}, 60_000);
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

/** A runner in a process of its own whose clock is ahead. */
async function startRunner(aheadMs: number, behaviour: 'up' | 'down' | 'hangs') {
  const script = fileURLToPath(new URL('child-runner.ts', import.meta.url));
  const child = spawn(process.execPath, [script, databaseUrl, directory, String(aheadMs), behaviour], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
  return {
    attempts: () => said.filter((line) => line.startsWith('attempt')).toSorted(),
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

describe('tries again', () => {
  test('kill -9 while PCs wait for their next try, and in the middle of it: nothing is lost, nothing is repeated unseen', async () => {
    const devices = await fleet(store, 2);
    const site = devices[0]?.site ?? '';
    const request = newRequest(devices);
    await store.requests.create(request, devices, [], []);
    const run = newId('run');
    await store.runs.start(
      {
        id: run,
        requestId: request.id,
        requestVersion: 1,
        startedAt: new Date(),
        pacing: { sites: { [site]: pacing }, deadlines: {} },
      },
      [],
    );
    const names = devices.map(({ name }) => name);
    const progress = () => store.runs.progress(run);

    const first = await startRunner(0, 'down');
    await polled('both wait', async () => (await progress()).retrying?.devices === 2);
    await first.kill();
    expect(first.attempts()).toEqual(names.map((name) => `attempt ${name}`));
    expect(await progress()).toMatchObject({ pending: 2, running: 0, failed: 0, retrying: { devices: 2, retry: 1 } });
    // Meanwhile their locks are free.
    expect((await store.runs.held(10)).devices.filter((held) => held.runId === run)).toEqual([]);

    const early = await startRunner(minute, 'up');
    const probe = newRequest(devices.slice(0, 1));
    await store.requests.create(probe, devices.slice(0, 1), [], []);
    const probeRun = newId('run');
    await store.runs.start({ id: probeRun, requestId: probe.id, requestVersion: 1, startedAt: new Date() }, []);
    await polled('it works on what is due', async () => (await store.runs.progress(probeRun)).ok === 1);
    await early.kill();
    expect(early.attempts()).toEqual([`attempt ${names[0]}`]);
    expect(await progress()).toMatchObject({ retrying: { devices: 2, retry: 1 } });

    const hanging = await startRunner(3 * minute, 'hangs');
    await polled('both are tried again', async () => hanging.attempts().length === 2);
    await hanging.kill();

    const last = await startRunner(4 * minute, 'up');
    await polled('the run has ended', async () => (await store.runs.get(run))?.state === 'ended');
    await last.kill();
    // What the killed one did is unknown: the operation is told, and looks before it acts.
    expect(last.attempts()).toEqual(names.map((name) => `attempt ${name} interrupted`));
    expect(await progress()).toMatchObject({ ok: 2, pending: 0 });
    const [one] = await store.runs.outcomes(run, { all: true, limit: 1 });
    expect(one).toMatchObject({ code: 'done', evidence: ['tried 2 times'] });
  }, 60_000);
});
