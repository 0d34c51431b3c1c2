import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../adapters/store/database/connection.ts';
import { migrate } from '../../adapters/store/database/migrations.ts';
import { type EmbeddedPostgres, freePort, startEmbedded } from '../../adapters/store/embedded/embedded.ts';
import { createTrailStore } from '../../adapters/store/trail/trail.ts';
import { createTrailAnchors } from '../../adapters/store/trail/trail-anchors.ts';
import { createTrailAnchoring } from '../../src/audit/anchor-trail.ts';
import { genesisHash, hashEntry } from '../../src/audit/chain.ts';
import { verifyTrail } from '../../src/audit/verify-trail.ts';
import type { ChainedEntry, TrailEntry, TrailStore } from '../../src/ports/trail/trail-store.ts';
import { startNode } from '../e2e/site/node-process.ts';
import { recordingLogger, temporaryDirectory } from '../store/testing.ts';
import { createFakeClock } from '../support/fake-clock.ts';

/** Whoever owns the database can switch its guards off: what they do then is to be seen. */
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let server: EmbeddedPostgres;
let database: Database;
let trail: TrailStore;
let anchors: ReturnType<typeof createTrailAnchors>;
let configFile: string;
let round = 0;
beforeAll(async () => {
  directory = await temporaryDirectory();
  server = await startEmbedded({
    dataDirectory: directory.path,
    port: await freePort(),
    logger: recordingLogger(),
    onFatal: () => {},
  });
  database = openDatabase(server.settings, recordingLogger());
  await migrate(database);
  trail = createTrailStore(database);
}, 60_000);
afterAll(async () => {
  await database?.close();
  await server?.stop();
  await directory?.remove();
});

const entryOf = (n: number): TrailEntry => ({
  ...{ at: new Date(n * 1_000), kind: 'approved', actor: 'lea', requestId: `req_${n}`, data: { n } },
});

/** Twenty entries; what was the last one after the tenth and the fifteenth is noted outside the database. */
beforeEach(async () => {
  round += 1;
  const home = join(directory.path, `round${round}`);
  await tamper('delete from oob.trail');
  anchors = createTrailAnchors(home);
  const anchor = createTrailAnchoring({ trail, anchors, clock: createFakeClock() });
  const write = (from: number, to: number) =>
    trail.append(Array.from({ length: to - from + 1 }, (_, n) => entryOf(from + n)));
  await write(1, 10);
  await anchor();
  await write(11, 15);
  await anchor();
  await write(16, 20);
  configFile = join(directory.path, `oob${round}.yaml`);
  await writeFile(configFile, `service:\n  dataDirectory: ${home}\n`);
});

/** SQL with the guards of the table switched off, as its owner may. */
async function tamper(...statements: readonly string[]): Promise<void> {
  await database.query('alter table oob.trail disable trigger all');
  for (const statement of statements) await database.query(statement);
  await database.query('alter table oob.trail enable always trigger trail_rows_stay');
  await database.query('alter table oob.trail enable always trigger trail_stays');
}

/** The whole table replaced by a chain that is right in itself. */
async function replaceBy(entries: readonly TrailEntry[]): Promise<void> {
  let previousHash = genesisHash;
  const chain = entries.map((entry, index): ChainedEntry => {
    const link = { ...entry, sequence: index + 1, previousHash, hash: hashEntry(previousHash, index + 1, entry) };
    previousHash = link.hash;
    return link;
  });
  await tamper('delete from oob.trail');
  await database.query(
    `insert into oob.trail select * from json_to_recordset($1::json) as entry(sequence bigint, at timestamptz, kind text, actor text,
       request_id text, data jsonb, previous_hash text, hash text)`,
    [JSON.stringify(chain.map((link) => ({ ...link, request_id: link.requestId, previous_hash: link.previousHash })))],
  );
}

const damage = async () => (await verifyTrail(trail, await anchors.read())).damage;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => entryOf(from + n));

describe('a trail of which something was changed in the database itself', () => {
  test('untouched it is whole, and its anchors fit', async () => {
    expect(await verifyTrail(trail, await anchors.read())).toMatchObject({ entries: 20, anchors: 2, damage: null });
  });

  test.each([
    ['who', "update oob.trail set actor = 'otto' where sequence = 7"],
    ['when', "update oob.trail set at = at + interval '1 second' where sequence = 7"],
    ['what', "update oob.trail set kind = 'denied' where sequence = 7"],
    ['about what', "update oob.trail set request_id = 'req_8' where sequence = 7"],
    ['with which inputs', `update oob.trail set data = '{"n":8}' where sequence = 7`],
    ['an input added', `update oob.trail set data = data || '{"m":1}' where sequence = 7`],
  ])('altered: %s', async (_what, statement) => {
    await tamper(statement);
    expect(await damage()).toMatchObject({ what: 'altered', sequence: 7 });
  });

  test('altered with a hash that fits: the next entry does not follow it', async () => {
    const [old] = await trail.read(6, 1);
    if (!old) throw new Error('no entry 7');
    const hash = hashEntry(old.previousHash, 7, { ...old, actor: 'otto' });
    await tamper(`update oob.trail set actor = 'otto', hash = '${hash}' where sequence = 7`);
    expect(await damage()).toMatchObject({ what: 'reordered', sequence: 8 });
  });

  test.each([1, 7, 12])('removed: entry %i', async (sequence) => {
    await tamper(`delete from oob.trail where sequence = ${sequence}`);
    expect(await damage()).toMatchObject({ what: 'removed', sequence });
  });

  test('removed, and the others moved up', async () => {
    await tamper(
      'delete from oob.trail where sequence = 7',
      'update oob.trail set sequence = sequence + 1000 where sequence > 7',
      'update oob.trail set sequence = sequence - 1001 where sequence > 1000',
    );
    expect(await damage()).toMatchObject({ what: 'altered', sequence: 7 });
  });

  test('reordered: two that changed places', async () => {
    await tamper(
      'update oob.trail set sequence = 1000 where sequence = 7',
      'update oob.trail set sequence = 7 where sequence = 8',
      'update oob.trail set sequence = 8 where sequence = 1000',
    );
    expect(await damage()).toMatchObject({ sequence: 7 });
  });

  test('inserted: one between two', async () => {
    await tamper(
      'update oob.trail set sequence = sequence + 1000 where sequence > 7',
      'update oob.trail set sequence = sequence - 999 where sequence > 1000',
      `insert into oob.trail select 8, at, kind, 'otto', request_id, data, repeat('b', 64), repeat('a', 64) from oob.trail where sequence = 7`,
    );
    expect(await damage()).toMatchObject({ what: 'altered', sequence: 8 });
  });

  test.each([14, 9, 1])('the end cut off: %i entries are left', async (left) => {
    await tamper(`delete from oob.trail where sequence > ${left}`);
    expect(await damage()).toMatchObject({ what: 'end_removed', sequence: left + 1 });
  });

  test('the end cut off and written on: the anchor is not of that entry', async () => {
    await tamper('delete from oob.trail where sequence > 12');
    await trail.append(range(101, 110));
    expect(await damage()).toMatchObject({ what: 'replaced', sequence: 15 });
  });

  test('the whole table replaced: by nothing, by a shorter one, by a longer one, by one that is alike from the start', async () => {
    await tamper('delete from oob.trail');
    expect(await damage()).toMatchObject({ what: 'end_removed', sequence: 1 });
    await replaceBy(range(101, 108));
    expect(await damage()).toMatchObject({ what: 'end_removed', sequence: 9 });
    await replaceBy(range(101, 150));
    expect(await damage()).toMatchObject({ what: 'replaced', sequence: 10 });
    await replaceBy([...range(1, 11), ...range(13, 30)]);
    expect(await damage()).toMatchObject({ what: 'replaced', sequence: 15 });
  });

  test('a table dropped and made anew', async () => {
    await database.query('drop schema oob cascade');
    await migrate(database);
    await trail.append([entryOf(99), ...range(2, 20)]);
    expect(await damage()).toMatchObject({ what: 'replaced', sequence: 10 });
  });

  test('what came after the last anchor can be cut off unseen: the anchor is made every ten minutes and at each end', async () => {
    await tamper('delete from oob.trail where sequence > 15');
    expect(await damage()).toBeNull();
  });
});

describe('`oob audit verify`', () => {
  const verify = async () => {
    const { settings } = server;
    if (!('host' in settings)) throw new Error('the server has no address');
    const { user, password, host, port, database: name } = settings;
    const url = `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${name}`;
    const run = startNode('src/cli/index.ts', ['audit', 'verify', '--config', configFile], { DATABASE_URL: url });
    return { code: await run.ended, out: run.output() };
  };

  test('says that it is whole, with the last entry to note elsewhere', async () => {
    const [last] = await trail.read(19, 1);
    const { code, out } = await verify();
    expect(out).toContain(`The trail is whole: 20 entries, 2 anchors fit. Last entry: 20 ${last?.hash}`);
    expect(code).toBe(0);
  });

  test('says what is wrong and where, and ends with 1', async () => {
    await tamper("update oob.trail set actor = 'otto' where sequence = 7");
    const { code, out } = await verify();
    expect(out).toMatch(/The trail is damaged \(altered\) at entry 7: .*6 entries before it are whole/);
    expect(code).toBe(1);
  });
});
