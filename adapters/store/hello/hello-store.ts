import type {
  DoubtedHost,
  HelloLimits,
  HelloRecord,
  HelloStore,
  HostAcceptance,
} from '../../../src/ports/hello/hello-store.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableJson } from '../database/json.ts';
import { advisoryLocks } from '../database/locks.ts';
import { foldName } from '../database/sort-key.ts';
import { writeDevices } from '../inventory.ts';
import { appendToTrail } from '../trail/trail.ts';
import { type HelloRow, helloOf } from './hello-rows.ts';

const isKnown = 'exists (select from oob.device where device.uuid = hello.uuid)';

/** Hellos in oob.hello. */
export function createHelloStore(database: Database): HelloStore {
  return {
    note: (hello, change, limits) =>
      database.transaction(async (sql) => {
        const before = await lockedRecord(sql, hello.uuid);
        if (!before) {
          if (!(await hasRoom(sql, hello.uuid, limits))) return { kind: 'full' };
          const first = change(null, hello);
          if (await insert(sql, first))
            return { kind: 'noted', record: first, isNew: true, isNewlyDoubted: first.doubt !== null };
        }
        // Of two first ones at once the other was quicker: it is committed now.
        const known = before ?? (await lockedRecord(sql, hello.uuid));
        const record = change(known, hello);
        if (known) await update(sql, record);
        else await insert(sql, record);
        return {
          kind: 'noted',
          record,
          isNew: false,
          isNewlyDoubted: record.doubt !== null && record.doubt !== known?.doubt,
        };
      }),
    async get(uuid) {
      const { rows } = await database.query<HelloRow>('select * from oob.hello where uuid = $1', [uuid]);
      return rows[0] ? helloOf(rows[0]) : null;
    },
    async beginningWith(start, limit) {
      const { rows } = await database.query<{ uuid: string; total: number }>(
        'select uuid, count(*) over () as total from oob.hello where starts_with(uuid, $1) order by uuid limit $2',
        [start, limit],
      );
      return { uuids: rows.map(({ uuid }) => uuid), total: rows[0]?.total ?? 0 };
    },
    async overview(limit) {
      const { rows: counts } = await database.query<{ total: number; known: number }>(
        `select count(*) filter (where not ${isKnown}) as total, count(*) filter (where ${isKnown}) as known from oob.hello`,
      );
      const { rows } = await database.query<HelloRow>(
        `select * from oob.hello where not ${isKnown} order by last_seen_at desc, uuid limit $1`,
        [limit],
      );
      const { rows: doubted } = await database.query<DoubtedHost>(
        `select hello.uuid, array_agg(device.name order by device.sort_key) as names, coalesce(hello.doubt, 'shared') as doubt
         from oob.hello join oob.device on device.uuid = hello.uuid
         group by hello.uuid having hello.doubt is not null or count(*) > 1 order by hello.uuid limit $1`,
        [limit],
      );
      return { records: rows.map(helloOf), total: counts[0]?.total ?? 0, known: counts[0]?.known ?? 0, doubted };
    },
    accept: (acceptance) => database.transaction((sql) => accept(sql, acceptance)),
    forget: (uuid, entry) =>
      database.transaction(async (sql) => {
        const { count } = await sql.query('delete from oob.hello where uuid = $1', [uuid]);
        if (count > 0) await appendToTrail(sql, [entry]);
        return count > 0;
      }),
  };
}

async function lockedRecord(sql: Sql, uuid: string): Promise<HelloRecord | null> {
  const { rows } = await sql.query<HelloRow>('select * from oob.hello where uuid = $1 for update', [uuid]);
  return rows[0] ? helloOf(rows[0]) : null;
}

/** A UUID that the inventory has is always kept. */
async function hasRoom(sql: Sql, uuid: string, { mostUnknown, staleBefore }: HelloLimits): Promise<boolean> {
  const { rows } = await sql.query('select from oob.device where uuid = $1 limit 1', [uuid]);
  if (rows.length > 0) return true;
  const countUnknown = async () => {
    const { rows } = await sql.query<{ total: number }>(`select count(*) as total from oob.hello where not ${isKnown}`);
    return rows[0]?.total ?? 0;
  };
  if ((await countUnknown()) < mostUnknown) return true;
  // Doubted ones too: whoever still sends is doubted again soon.
  const { count } = await sql.query(`delete from oob.hello where last_seen_at < $1 and not ${isKnown}`, [staleBefore]);
  return count > 0 && (await countUnknown()) < mostUnknown;
}

const columns =
  'uuid, version, credentials_set, retries, pid, roots, address, first_seen_at, last_seen_at, seen, sources, doubt';

const valuesOf = (record: HelloRecord) => [
  record.uuid,
  record.version,
  record.credentialsSet,
  record.retries,
  record.pid,
  storableJson(record.roots),
  record.address,
  record.firstSeenAt,
  record.lastSeenAt,
  record.seen,
  storableJson(record.sources),
  record.doubt,
];
const places = '$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12';

async function insert(sql: Sql, record: HelloRecord): Promise<boolean> {
  const { count } = await sql.query(
    `insert into oob.hello (${columns}) values (${places}) on conflict do nothing`,
    valuesOf(record),
  );
  return count === 1;
}

async function update(sql: Sql, record: HelloRecord): Promise<void> {
  await sql.query(`update oob.hello set (${columns}) = (${places}) where uuid = $1`, valuesOf(record));
}

async function accept(sql: Sql, { uuid, deviceId, device, entry }: HostAcceptance) {
  // The lock of imports: a name or UUID that one adds must not be added here meanwhile.
  await sql.query('select pg_advisory_xact_lock($1, $2)', advisoryLocks.inventory);
  const record = await lockedRecord(sql, uuid);
  if (!record) return 'hello_unknown';
  if (record.doubt !== null) return 'hello_doubtful';
  const { rows } = await sql.query<{ uuid: string | null }>(
    'select uuid from oob.device where uuid = $1 or name_key = $2',
    [uuid, foldName(device.name)],
  );
  if (rows.some((row) => row.uuid === uuid)) return 'hello_known';
  if (rows.length > 0) return 'name_taken';
  await writeDevices(sql, [{ ...device, host: record.address, uuid }], () => deviceId);
  await sql.query(`insert into oob.device_standing (device_id, status_at, provisioning) values ($1, $2, 'pre')`, [
    deviceId,
    record.lastSeenAt,
  ]);
  await appendToTrail(sql, [entry]);
  return 'accepted';
}
