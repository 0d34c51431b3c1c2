import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../adapters/store/database/connection.ts';
import { migrate } from '../../adapters/store/database/migrations.ts';
import { type EmbeddedPostgres, startEmbedded } from '../../adapters/store/embedded/embedded.ts';
import { createDeviceSecretStore } from '../../adapters/store/provisioning/device-secrets.ts';
import { createProvisioningStore } from '../../adapters/store/provisioning/provisionings.ts';
import { deviceSecretsCheck } from '../../src/cli/doctor/device-secrets-check.ts';
import { withDeviceCredentials } from '../../src/config/secrets/device-credentials.ts';
import { deviceCredentialName } from '../../src/ports/provisioning/device-secrets.ts';
import { recordingLogger, temporaryDirectory } from './testing.ts';

const at = new Date('2026-01-05T10:00:00Z');
const newKey = () => ({ key: randomBytes(32).toString('base64') });
const key = newKey();
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let server: EmbeddedPostgres;
let database: Database;
/** Statements that were sent. */
let statements: string[];

beforeAll(async () => {
  directory = await temporaryDirectory();
  server = await startEmbedded({ dataDirectory: directory.path, logger: recordingLogger(), onFatal: () => {} });
});
afterAll(async () => {
  await server.stop();
  await directory.remove();
});
beforeEach(async () => {
  const pool = openDatabase(server.settings, recordingLogger());
  await migrate(pool);
  statements = [];
  database = {
    ...pool,
    query(text, values) {
      statements.push(text);
      return pool.query(text, values);
    },
  };
});
afterEach(async () => {
  await database.query('drop schema oob cascade');
  await database.close();
});

const open = (source: Parameters<typeof createDeviceSecretStore>[1] = key) => createDeviceSecretStore(database, source);
const put = async (id: string, password: string, secrets = open()) => {
  await secrets.propose(id, 'administrator', { user: 'admin', password }, at);
  await secrets.confirm(id, 'administrator', at);
};

describe('the key of the passwords of devices', () => {
  test.each([
    ['not given', null, 'service.secretKey'],
    ['empty', { key: '', variable: 'MY_KEY' }, 'MY_KEY must hold 32 bytes'],
    ['short', { key: randomBytes(16).toString('base64') }, 'openssl rand -base64 32'],
    ['in a file that is not there', { keyFile: '/nonexistent/key' }, '/nonexistent/key'],
  ])('that is %s: nothing is sealed or read, what needs none goes on', async (_, source, told) => {
    await put('dev_1', 'hidden-value');
    const secrets = open(source);
    const refusal = { code: 'ERR_SECRET_KEY', message: expect.stringContaining(told) };
    await expect(secrets.ready()).rejects.toMatchObject(refusal);
    await expect(secrets.propose('dev_2', 'mebx', { user: '', password: 'x' }, at)).rejects.toMatchObject(refusal);
    await expect(secrets.inForce('dev_1', 'administrator')).rejects.toMatchObject(refusal);
    expect(await secrets.inForce('dev_2', 'administrator')).toBeNull();
    expect(await secrets.setBefore(new Date(), 9)).toEqual([{ deviceId: 'dev_1', setAt: at }]);
    expect(await secrets.confirm('dev_1', 'administrator', at)).toBe(false);
    await secrets.forget('dev_1');
  });

  test('that is another one is refused before anything is sealed with it, and shows nothing', async () => {
    await put('dev_1', 'hidden-value');
    const other = newKey();
    const secrets = open(other);
    const failures = await Promise.all(
      [
        secrets.ready(),
        secrets.propose('dev_2', 'mebx', { user: '', password: 'hidden-too' }, at),
        secrets.inForce('dev_1', 'administrator'),
      ].map((each) =>
        each.then(
          () => 'it was done',
          (error: unknown) => error,
        ),
      ),
    );
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: 'ERR_SECRET_KEY', message: expect.stringContaining('former key') });
      const text = String(failure) + JSON.stringify(failure, Object.getOwnPropertyNames(failure));
      for (const word of ['hidden', key.key, other.key]) expect(text).not.toContain(word);
    }
    expect(await open().proposed('dev_2', 'mebx')).toBeNull();
  });

  test('that was mended is read without a new start', async () => {
    const keyFile = join(directory.path, 'late-key');
    const secrets = open({ keyFile });
    await expect(secrets.ready()).rejects.toMatchObject({ code: 'ERR_SECRET_KEY' });
    await writeFile(keyFile, `${key.key}\n`);
    await secrets.ready();
  });

  test('may be another one as long as nothing is sealed; then the first one who seals has it', async () => {
    const [ours, theirs] = [open(newKey()), open(newKey())];
    await ours.ready();
    await theirs.ready();
    await put('dev_1', 'x', theirs);
    await expect(put('dev_2', 'y', ours)).rejects.toMatchObject({ code: 'ERR_SECRET_KEY' });
    await theirs.forget('dev_1');
    await put('dev_2', 'y', ours);
    await expect(put('dev_3', 'z', theirs)).rejects.toMatchObject({ code: 'ERR_SECRET_KEY' });
    expect((await ours.inForce('dev_2', 'administrator'))?.password).toBe('y');
  });
});

describe('the rows of the passwords of devices', () => {
  test('have nothing in clear, and the same password looks different each time', async () => {
    await put('dev_1', 'the-same-secret');
    await put('dev_2', 'the-same-secret');
    const { rows } = await database.query<{ row: string }>('select device_secret::text as row from oob.device_secret');
    const text = rows.map(({ row }) => row).join('\n');
    expect(text).not.toMatch(/the-same-secret|admin"/);
    expect(text).not.toContain(Buffer.from('the-same-secret').toString('base64').slice(0, 12));
    const { rows: sealed } = await database.query<{ n: number }>(
      "select count(distinct sealed ->> 'ciphertext') as n from oob.device_secret",
    );
    expect(sealed[0]?.n).toBe(2);
  });

  test.each([
    [
      'of another device',
      "update oob.device_secret set sealed = (select sealed from oob.device_secret where device_id = 'dev_2') where device_id = 'dev_1'",
    ],
    [
      'of another kind',
      "update oob.device_secret set sealed = (select sealed from oob.device_secret where kind = 'mebx') where device_id = 'dev_1' and kind = 'administrator'",
    ],
    ['cut short', `update oob.device_secret set sealed = sealed || '{"tag": "AAAA"}'`],
    ['of another shape', `update oob.device_secret set sealed = '{"ciphertext": "hidden-1"}'`],
  ])('that are swapped or changed are refused: %s', async (_, change) => {
    const secrets = open();
    await put('dev_1', 'hidden-1', secrets);
    await put('dev_2', 'hidden-2', secrets);
    await secrets.propose('dev_1', 'mebx', { user: '', password: 'hidden-3' }, at);
    await secrets.confirm('dev_1', 'mebx', at);
    await database.query(change);
    const error: unknown = await secrets.inForce('dev_1', 'administrator').catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'ERR_SECRET_KEY',
      message: expect.stringContaining('The administrator password of dev_1'),
    });
    expect(String(error)).not.toContain('hidden');
  });

  test('are on disk when they are proposed, and each step of a provisioning too, though the server was told not to wait for it', async () => {
    const settings = { ...server.settings, options: '-c synchronous_commit=off' };
    const pool = openDatabase(settings, recordingLogger());
    const atCommit: string[] = [];
    const watched: Database = {
      ...pool,
      // A statement alone is a transaction: here it is one that can be asked before it commits.
      query: (text, values) => watched.transaction((sql) => sql.query(text, values)),
      transaction: (work) =>
        pool.transaction(async (sql) => {
          const result = await work(sql);
          const { rows } = await sql.query<{ now: string }>("select current_setting('synchronous_commit') as now");
          atCommit.push(rows[0]?.now ?? '');
          return result;
        }),
    };
    const secrets = createDeviceSecretStore(watched, key);
    const provisionings = createProvisioningStore(watched);
    await secrets.ready();
    atCommit.length = 0;
    await put('dev_1', 'x', secrets);
    const { version } = await provisionings.begin({ deviceId: 'dev_1', mode: 'remote', requestId: null, at });
    await provisionings.attempt('dev_1', version, 'commit', at);
    await provisionings.done('dev_1', version + 1, 'commit', {}, at);
    await provisionings.change('dev_1', version + 2, { state: 'stopped' }, at);
    expect(atCommit).toEqual(['on', 'on', 'on', 'on', 'on', 'on']);
    const { rows } = await pool.query<{ now: string }>("select current_setting('synchronous_commit') as now");
    expect(rows[0]?.now).toBe('off');
    await pool.close();
  });
});

describe('credentials of devices', () => {
  const lookUps = () => statements.filter((text) => text.includes('unnest')).length;

  test('a wave of 1,000 costs one query, and each device gets its own', async () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `dev_${index}`);
    const secrets = open();
    for (let first = 0; first < ids.length; first += 100)
      await Promise.all(ids.slice(first, first + 100).map((id) => put(id, `password of ${id}`, secrets)));
    const find = withDeviceCredentials(async () => null, secrets);
    const before = lookUps();
    const found = await Promise.all([...ids, 'dev_none', 'dev_7'].map((id) => find(deviceCredentialName(id))));
    expect(lookUps() - before).toBe(1);
    expect(found.slice(0, -2)).toEqual(ids.map((id) => ({ user: 'admin', password: `password of ${id}` })));
    expect(found.slice(-2)).toEqual([null, { user: 'admin', password: 'password of dev_7' }]);
  });

  test('those that come while one is looked up wait together, and see what was written before they came', async () => {
    const secrets = open();
    await put('dev_1', 'x', secrets);
    const before = lookUps();
    const found = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        // Each comes in a turn of its own.
        for (let turn = 0; turn < index; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        return secrets.inForce('dev_1', 'administrator');
      }),
    );
    expect(new Set(found.map((secret) => secret?.password))).toEqual(new Set(['x']));
    expect(lookUps() - before).toBeLessThan(60);
    const early = secrets.inForce('dev_2', 'administrator');
    await put('dev_2', 'y', secrets);
    expect((await secrets.inForce('dev_2', 'administrator'))?.password).toBe('y');
    await early;
  });

  test('one that can not be read takes no other with it, and a database that fails is asked again', async () => {
    const secrets = open();
    await put('dev_1', 'x', secrets);
    await put('dev_2', 'y', secrets);
    await database.query("update oob.device_secret set sealed = '{}' where device_id = 'dev_1'");
    const [broken, whole] = await Promise.allSettled(
      ['dev_1', 'dev_2'].map((id) => secrets.inForce(id, 'administrator')),
    );
    expect([broken?.status, whole]).toMatchObject(['rejected', { status: 'fulfilled', value: { password: 'y' } }]);
    await database.query('alter table oob.device_secret rename to elsewhere');
    await expect(secrets.inForce('dev_2', 'administrator')).rejects.toThrow('does not exist');
    await database.query('alter table oob.elsewhere rename to device_secret');
    expect((await secrets.inForce('dev_2', 'administrator'))?.password).toBe('y');
  });

  test('what has no such name is a configured one', async () => {
    const asked: string[] = [];
    const find = withDeviceCredentials(async (name) => {
      asked.push(name);
      return null;
    }, open());
    await find('fleet');
    await find('Device:dev_1');
    await find(deviceCredentialName(''));
    expect(asked).toEqual(['fleet', 'Device:dev_1']);
  });
});

describe('the doctor about them', () => {
  const told = async (source: Parameters<typeof createDeviceSecretStore>[1]) => {
    let isClosed = false;
    const close = async () => {
      isClosed = true;
    };
    const found = await deviceSecretsCheck(async () => ({ deviceSecrets: open(source), close })).run();
    expect(isClosed).toBe(true);
    return found;
  };

  test('misses the key only where some are kept', async () => {
    expect((await told(null)).status).toBe('ok');
    await put('dev_1', 'hidden-value');
    expect(await told(key)).toMatchObject({ status: 'ok', found: expect.stringContaining('opens them') });
    expect(await told(null)).toMatchObject({ status: 'fail', found: expect.stringContaining('service.secretKey') });
    expect(await told(newKey())).toMatchObject({ status: 'fail', found: expect.stringContaining('former key') });
  });
});

test('two services on one database: what one writes the other reads, and of their changes one counts', async () => {
  const pool = openDatabase(server.settings, recordingLogger());
  const [ours, theirs] = [open(), createDeviceSecretStore(pool, key)];
  try {
    const given = await Promise.all(
      [ours, theirs].map((each, index) =>
        each.propose('dev_1', 'administrator', { user: 'admin', password: `of ${index}` }, at),
      ),
    );
    expect(given[0]).toEqual(given[1]);
    const confirmed = await Promise.all([ours, theirs].map((each) => each.confirm('dev_1', 'administrator', at)));
    expect(confirmed.filter(Boolean)).toHaveLength(1);
    expect(await ours.inForce('dev_1', 'administrator')).toEqual(await theirs.inForce('dev_1', 'administrator'));
    expect((await theirs.inForce('dev_1', 'administrator'))?.password).toBe(given[0]?.password);
  } finally {
    await pool.close();
  }
});
