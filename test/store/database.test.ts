import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../adapters/store/database/connection.ts';
import { migrate, migrations } from '../../adapters/store/database/migrations.ts';
import { type EmbeddedPostgres, startEmbedded } from '../../adapters/store/embedded/embedded.ts';
import { startQueue } from '../../adapters/store/queue.ts';
import { createTrailStore } from '../../adapters/store/trail/trail.ts';
import { recordingLogger, temporaryDirectory } from './testing.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let server: EmbeddedPostgres;
let database: Database;
const connect = () => openDatabase(server.settings, recordingLogger());

beforeAll(async () => {
  directory = await temporaryDirectory();
  server = await startEmbedded({ dataDirectory: directory.path, logger: recordingLogger(), onFatal: () => {} });
});
afterAll(async () => {
  await server.stop();
  await directory.remove();
});
beforeEach(() => {
  database = connect();
});
afterEach(async () => {
  await database.query('drop schema if exists oob cascade');
  await database.close();
});

describe('migrations', () => {
  const names = migrations.map((step) => step.name);

  test('run once, in order, however many services start at the same time', async () => {
    const others = [connect(), connect(), connect()];
    const results = await Promise.all([database, ...others].map((each) => migrate(each)));
    expect(results.toSorted((a, b) => b.length - a.length)).toEqual([names, [], [], []]);
    expect(names).toEqual(names.toSorted());
    await Promise.all(others.map((each) => each.close()));
  });

  test('an edited one is refused by name, and nothing is changed', async () => {
    await migrate(database);
    const [first, ...rest] = migrations;
    const edited = { name: first?.name ?? '', sql: `${first?.sql} -- a comment` };
    const extra = { name: '999-extra', sql: 'create table oob.extra (id integer)' };
    await expect(migrate(database, [edited, ...rest, extra])).rejects.toMatchObject({
      code: 'ERR_STORE_MIGRATION_CHANGED',
      message: expect.stringContaining('001-first'),
    });
    expect(await migrate(database)).toEqual([]);
  });

  test('one that fails leaves the schema as it was', async () => {
    await migrate(database);
    const good = { name: '998-good', sql: 'create table oob.extra (id integer)' };
    const bad = { name: '999-bad', sql: 'create table oob.extra (id integer)' };
    await expect(migrate(database, [...migrations, good, bad])).rejects.toThrow('already exists');
    expect(await migrate(database, [...migrations, good])).toEqual(['998-good']);
  });

  test('a database of a later release is refused', async () => {
    await migrate(database, [...migrations, { name: '999-later', sql: 'select 1' }]);
    await expect(migrate(database)).rejects.toMatchObject({
      code: 'ERR_STORE_NEWER',
      message: expect.stringContaining('999-later'),
    });
  });
});

describe('the trail in the database', () => {
  const line = { at: new Date(0), kind: 'asked', actor: 'a', requestId: null, data: { n: 1 } } as const;

  test.each([
    ['an update', "update oob.trail set actor = 'b'"],
    ['an update by replica role', "set local session_replication_role = replica; update oob.trail set actor = 'b'"],
    ['a delete', 'delete from oob.trail'],
    ['a truncate', 'truncate oob.trail'],
    ['a truncate by cascade', 'truncate oob.trail cascade'],
    ['an upsert', "insert into oob.trail select * from oob.trail on conflict (sequence) do update set actor = 'b'"],
  ])('%s is refused', async (_, statement) => {
    await migrate(database);
    const trail = createTrailStore(database);
    await trail.append([line]);
    const before = await trail.read(0, 10);
    await expect(database.query(statement)).rejects.toThrow('append-only');
    expect(await trail.read(0, 10)).toEqual(before);
  });

  test('a fork of the chain is refused', async () => {
    await migrate(database);
    const trail = createTrailStore(database);
    await trail.append([line, line]);
    await expect(
      database.query(
        `insert into oob.trail select 3, at, kind, actor, request_id, data, previous_hash, 'other' from oob.trail where sequence = 2`,
      ),
    ).rejects.toThrow('unique');
  });

  test('an append that fails leaves no gap', async () => {
    await migrate(database);
    const trail = createTrailStore(database);
    await trail.append([line]);
    await expect(trail.append([line, { ...line, at: new Date(Number.NaN) }])).rejects.toThrow();
    await trail.append([line]);
    expect((await trail.read(0, 10)).map((each) => each.sequence)).toEqual([1, 2]);
  });
});

describe('transactions', () => {
  test('one that PostgreSQL ends for a deadlock is run again', async () => {
    await database.query('create schema oob create table pair (id integer primary key, n integer not null)');
    await database.query('insert into oob.pair values (1, 0), (2, 0)');
    let [met, attempts] = [0, 0];
    const bothHaveOne = Promise.withResolvers<void>();
    const cross = (first: number, second: number) =>
      database.transaction(async (sql) => {
        attempts += 1;
        await sql.query('update oob.pair set n = n + 1 where id = $1', [first]);
        met += 1;
        if (met === 2) bothHaveOne.resolve();
        await bothHaveOne.promise;
        await sql.query('update oob.pair set n = n + 1 where id = $1', [second]);
      });
    await Promise.all([cross(1, 2), cross(2, 1)]);
    const { rows } = await database.query<{ n: number }>('select n from oob.pair order by id');
    expect(rows).toEqual([{ n: 2 }, { n: 2 }]);
    // Two at least, and the one that was ended again; a slow machine may meet the deadlock more than once.
    expect(attempts).toBeGreaterThanOrEqual(3);
  });

  test('a connection that breaks in a transaction fails that transaction only', async () => {
    await expect(
      database.transaction((sql) => sql.query('select pg_terminate_backend(pg_backend_pid())')),
    ).rejects.toThrow();
    expect((await database.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('the queue of several services', () => {
  test('a job whose worker went silent goes to another, and the first is told', async () => {
    const [first, second] = await Promise.all([
      startQueue(server.settings, database, false, recordingLogger()),
      startQueue(server.settings, database, false, recordingLogger()),
    ]);
    const begun = Promise.withResolvers<AbortSignal>();
    const over = Promise.withResolvers<void>();
    await first.work('run', 1, async (_, signal) => {
      begun.resolve(signal);
      await over.promise;
    });
    await first.send('run', { runId: 'run_1' }, { key: 'run_1' });
    const signal = await begun.promise;
    const silent = await database.query(
      `update pgboss.job set heartbeat_on = heartbeat_on - interval '11 seconds'
       where name = 'run' and state = 'active' and heartbeat_on is not null`,
    );
    expect(silent.count).toBe(1);
    const told = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve());
    });
    const again = new Promise<string>((resolve, reject) => {
      second.work('run', 1, async ({ runId }) => resolve(runId)).catch(reject);
    });
    expect(await again).toBe('run_1');
    await told;
    over.resolve();
    await Promise.all([first.stop(1_000), second.stop(1_000)]);
  });

  test('a notice from another service starts a job at once', async () => {
    const [sender, worker] = await Promise.all([
      startQueue(server.settings, database, false, recordingLogger()),
      startQueue(server.settings, database, false, recordingLogger()),
    ]);
    const got = Promise.withResolvers<string>();
    await worker.work('request-expiry', 1, async ({ requestId }) => got.resolve(requestId));
    await sender.send('request-expiry', { requestId: 'req_1' });
    expect(await got.promise).toBe('req_1');
    await Promise.all([sender.stop(1_000), worker.stop(1_000)]);
  });

  test('a stop tells the handlers, waits for them, and gives back what does not end', async () => {
    const queue = await startQueue(server.settings, database, false, recordingLogger());
    const begun: string[] = [];
    const bothBegan = Promise.withResolvers<void>();
    let ended = false;
    await queue.work('run', 2, async ({ runId }, signal) => {
      begun.push(runId);
      if (begun.length === 2) bothBegan.resolve();
      await new Promise<void>((resolve) => {
        if (runId === 'run_polite') signal.addEventListener('abort', () => resolve());
      });
      ended = true;
    });
    await Promise.all(['run_polite', 'run_stuck'].map((runId) => queue.send('run', { runId }, { key: runId })));
    await bothBegan.promise;
    await queue.stop(200);
    expect(ended).toBe(true);
    const { rows } = await database.query<{ run: string; state: string }>(
      `select data->>'runId' as run, state::text from pgboss.job where data->>'runId' in ('run_polite', 'run_stuck') order by 1`,
    );
    expect(rows).toEqual([
      { run: 'run_polite', state: 'completed' },
      { run: 'run_stuck', state: 'retry' },
    ]);
  });

  test('the notice connection comes back by itself', async () => {
    const queue = await startQueue(server.settings, database, false, recordingLogger());
    const listening = async () =>
      (
        await database.query<{ pid: number }>(
          `select pid from pg_stat_activity where application_name = 'oob listener' and datname = current_database()`,
        )
      ).rows.map((row) => row.pid);
    const [before] = await listening();
    await database.query('select pg_terminate_backend($1)', [before]);
    for (let now = await listening(); now.length === 0 || now.includes(before ?? 0); now = await listening())
      await new Promise((resolve) => setTimeout(resolve, 50));
    await queue.stop(1_000);
  });
});
