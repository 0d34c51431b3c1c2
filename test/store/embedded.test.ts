import { chmod, mkdir, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type EmbeddedPostgres, freePort, startEmbedded } from '../../adapters/store/embedded/embedded.ts';
import { isAlive, readPostmaster, servesData } from '../../adapters/store/embedded/postmaster.ts';
import { startChild } from './child.ts';
import { openStore, recordingLogger, temporaryDirectory } from './testing.ts';

/** One cluster for all tests here: making one takes longer than all else. Each test leaves it stopped and whole. */
let shared: Awaited<ReturnType<typeof temporaryDirectory>>;
let data = '';
beforeAll(async () => {
  shared = await temporaryDirectory();
  data = join(shared.path, 'postgres', 'data');
});
afterEach(async () => {
  const running = await readPostmaster(data);
  if (running && (await servesData(running.pid, data))) process.kill(running.pid, 'SIGQUIT');
});
afterAll(() => shared.remove());

const start = (dataDirectory = shared.path, port?: number): Promise<EmbeddedPostgres> =>
  startEmbedded({
    dataDirectory,
    logger: recordingLogger(),
    onFatal: () => {},
    ...(port === undefined ? {} : { port }),
  });
const open = () => openStore({ dataDirectory: shared.path });
const entry = { at: new Date(0), kind: 'asked', actor: 'a', requestId: null, data: {} } as const;
const gone = async (pid: number) => {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
};
/** Runs `work` while a file of the cluster says something else. */
const withFile = async (name: string, content: string | null, work: () => Promise<void>) => {
  const path = join(data, name);
  await rename(path, `${path}.kept`);
  if (content !== null) await writeFile(path, content, { mode: 0o644 });
  try {
    await work();
  } finally {
    await rename(`${path}.kept`, path);
  }
};

describe('the private PostgreSQL', () => {
  test('of services that start at once on an empty directory one gets it, and no half cluster is left', async () => {
    const results = await Promise.allSettled([open(), open(), open()]);
    const stores = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect([stores.length, reasons]).toEqual([1, ['ERR_STORE_IN_USE', 'ERR_STORE_IN_USE']]);
    await stores[0]?.check(5_000);
    await stores[0]?.close();
    const crashed = join(shared.path, 'postgres', 'data.new-crash');
    await mkdir(crashed);
    await utimes(crashed, new Date(0), new Date(0));
    await (await start()).stop();
    const left = (await readdir(join(shared.path, 'postgres'))).filter((name) => name.startsWith('data'));
    expect(left).toEqual(['data']);
  });

  test('keeps what was written over a restart, leaves no process, and hides its password', async () => {
    const first = await open();
    const before = (await first.trail.read(0, 100)).length;
    await first.trail.append([entry]);
    const running = await readPostmaster(data);
    await first.close();
    expect(isAlive(running?.pid ?? 0)).toBe(false);
    const second = await open();
    expect(await second.trail.read(0, 100)).toHaveLength(before + 1);
    await Promise.all([second.close(), second.close()]);
    const password = (await readFile(join(data, 'oob-password'), 'utf8')).trim();
    expect(password.length).toBeGreaterThan(40);
    expect((await stat(join(data, 'oob-password'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(shared.path, 'postgres', 'postgres.log'), 'utf8')).not.toContain(password);
    expect(await readFile(join(data, 'pg_hba.conf'), 'utf8')).not.toMatch(/^[^#]*\btrust$/m);
  });

  test('listens on nothing but a socket in its own directory, unless a port is given', async () => {
    const onSocket = await start();
    expect(onSocket.settings).toMatchObject({ host: join(shared.path, 'postgres', 'socket') });
    expect((await stat(join(shared.path, 'postgres', 'socket'))).mode & 0o077).toBe(0);
    await onSocket.stop();
    const port = await freePort();
    const onPort = await start(shared.path, port);
    expect(onPort.settings).toMatchObject({ host: '127.0.0.1', port });
    const other = await temporaryDirectory();
    await expect(start(other.path, port)).rejects.toThrow(String(port));
    await onPort.stop();
    await other.remove();
  });

  test('listens on 127.0.0.1 where the path is too long for a socket', async () => {
    const deep = join(shared.path, 'a'.repeat(60), 'b'.repeat(60));
    await chmod(shared.path, 0o711);
    await mkdir(deep, { recursive: true, mode: 0o711 });
    const embedded = await start(deep);
    expect(embedded.settings).toMatchObject({ host: '127.0.0.1', port: expect.any(Number) });
    await embedded.stop();
  });

  test('a second service is refused, and told which process has it', async () => {
    const store = await open();
    await expect(open()).rejects.toMatchObject({
      code: 'ERR_STORE_IN_USE',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await store.check(5_000);
    await store.close();
  });

  test('after a kill -9 of the service its PostgreSQL is taken over, its job handed out again, and it stops with us', async () => {
    const child = await startChild(shared.path);
    expect(await child.ask('work')).toBe('working run_of_child');
    expect(await child.ask('append')).toBe('appended');
    const orphan = await readPostmaster(data);
    await expect(open()).rejects.toMatchObject({ message: expect.stringContaining(`process ${child.pid}`) });
    await child.kill();
    expect(isAlive(orphan?.pid ?? 0)).toBe(true);
    const logger = recordingLogger();
    const store = await openStore({ dataDirectory: shared.path, logger });
    expect((await readPostmaster(data))?.pid).toBe(orphan?.pid);
    expect(logger.lines.map((line) => line.message)).toContain(
      'a PostgreSQL that an earlier service left running is taken over',
    );
    expect((await store.trail.read(0, 100)).map((line) => line.actor)).toContain('child');
    const again = new Promise<string>((resolve, reject) => {
      store.queue.work('run', 1, async ({ runId }) => resolve(runId)).catch(reject);
    });
    expect(await again).toBe('run_of_child');
    await store.close();
    expect(isAlive(orphan?.pid ?? 0)).toBe(false);
  });

  test('after a kill -9 of both nothing is lost and it starts', async () => {
    const child = await startChild(shared.path);
    await child.ask('append');
    const server = await readPostmaster(data);
    await child.kill();
    process.kill(server?.pid ?? 0, 'SIGKILL');
    await gone(server?.pid ?? 0);
    const store = await open();
    expect((await store.trail.read(0, 100)).at(-1)?.actor).toBe('child');
    await store.close();
  });

  test('a stale postmaster.pid whose number another process has got does not keep it from starting', async () => {
    const socket = join(shared.path, 'postgres', 'socket');
    const lines = [process.pid, data, 1_700_000_000, 5432, socket, '', '  0  0', 'ready   ', ''];
    await writeFile(join(data, 'postmaster.pid'), lines.join('\n'), { mode: 0o644 });
    const embedded = await start();
    expect((await readPostmaster(data))?.pid).not.toBe(process.pid);
    await embedded.stop();
  });

  test('the loss of the server is told once, and the store still closes', async () => {
    const losses: Error[] = [];
    const lost = Promise.withResolvers<void>();
    const store = await openStore({
      dataDirectory: shared.path,
      onFatal: (error) => {
        losses.push(error);
        lost.resolve();
      },
    });
    await store.queue.work('run', 1, async () => {});
    process.kill((await readPostmaster(data))?.pid ?? 0, 'SIGKILL');
    await lost.promise;
    await expect(store.check(5_000)).rejects.toThrow();
    await store.close();
    expect(losses).toMatchObject([{ code: 'ERR_STORE_LOST' }]);
  });

  test('a check does not wait longer than it is told', async () => {
    const store = await open();
    const server = (await readPostmaster(data))?.pid ?? 0;
    const stopped = [server, ...(await childrenOf(server))];
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    try {
      await expect(store.check(50)).rejects.toThrow('did not answer within 50 ms');
    } finally {
      for (const pid of stopped) process.kill(pid, 'SIGCONT');
    }
    await store.close();
  });

  test('a data directory of another major version is refused with both versions', () =>
    withFile('PG_VERSION', '9\n', async () => {
      await expect(start()).rejects.toMatchObject({
        code: 'ERR_STORE_OTHER_MAJOR',
        message: expect.stringMatching(/PostgreSQL 9, .*PostgreSQL [0-9]{2}\./),
      });
    }));

  test('a wrong password file is refused, and the server is not left running', () =>
    withFile('oob-password', 'not-the-one\n', async () => {
      await expect(start()).rejects.toMatchObject({ code: 'ERR_STORE_UNREACHABLE' });
      expect(await readPostmaster(data)).toBeNull();
    }));

  test('a missing password file is named', () =>
    withFile('oob-password', null, async () => {
      await expect(start()).rejects.toMatchObject({
        code: 'ERR_STORE_NOT_ALLOWED',
        message: expect.stringContaining('oob-password'),
      });
    }));

  test('a server that does not start says the end of its log', () =>
    withFile('postgresql.conf', 'no_such_setting = on\n', async () => {
      await expect(start()).rejects.toMatchObject({
        code: 'ERR_STORE_DID_NOT_START',
        message: expect.stringContaining('no_such_setting'),
      });
    }));
});

async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').map(Number);
}
