import type {
  Device,
  DeviceInput,
  ImportResult,
  InventoryStore,
  TargetDevice,
  TargetTerm,
} from '../../src/ports/store/inventory-store.ts';
import type { Database, Sql } from './database/connection.ts';
import { storableJson, storableText } from './database/json.ts';
import { advisoryLocks } from './database/locks.ts';
import { foldName, likePatternOfGlob, naturalSortKey } from './database/sort-key.ts';
import { certificatesDue, type DueDays, passwordsDue, usualDue } from './provisioning/due.ts';
import { StoreError } from './store-error.ts';

/** A row of oob.device as far as a Device shows it. */
export interface DeviceRow {
  id: string;
  name: string;
  fqdn: string | null;
  host: string;
  port: number | null;
  mac: string | null;
  site: string;
  groups: string[];
  tls: Device['tls'];
  certificate_fingerprint: string | null;
  credential: string;
  ou: string | null;
  uuid: string | null;
  power_state: number | null;
  amt_version: string | null;
  seen_at: Date | null;
}

/** Columns of DeviceRow, of a table called `device`. */
export const deviceColumns = `device.id, device.name, device.fqdn, device.host, device.port, device.mac, device.site, device.groups,
  device.tls, device.certificate_fingerprint, device.credential, device.ou, device.uuid, device.power_state, device.amt_version, device.seen_at`;

/** The device in a row. */
export function deviceOf(row: DeviceRow): Device {
  return {
    id: row.id,
    name: row.name,
    fqdn: row.fqdn,
    host: row.host,
    port: row.port,
    mac: row.mac,
    site: row.site,
    groups: row.groups,
    tls: row.tls,
    certificateFingerprint: row.certificate_fingerprint,
    credential: row.credential,
    ...(row.ou === null ? {} : { ou: row.ou }),
    ...(row.uuid === null ? {} : { uuid: row.uuid }),
    powerState: row.power_state,
    amtVersion: row.amt_version,
    seenAt: row.seen_at,
  };
}

interface TargetRow {
  id: string;
  name: string;
  site: string;
  groups: string[];
  power_state: number | null;
  reach: string;
}

// An array, so that what stands in one column is never taken for what stands in the next.
const reach = `encode(sha256(convert_to(json_build_array(fqdn, host, port, tls, certificate_fingerprint, credential)::text, 'UTF8')), 'hex')`;

/** The inventory in oob.device. */
export function createInventoryStore(database: Database, due: DueDays = usualDue): InventoryStore {
  return {
    async select(term) {
      const { where, values } = conditionOf(term, due);
      const { rows } = await database.query<TargetRow>(
        `select id, name, site, groups, power_state, ${reach} as reach from oob.device as device where ${where} order by sort_key, name_key`,
        values,
      );
      return rows.map(
        (row): TargetDevice => ({
          id: row.id,
          name: row.name,
          site: row.site,
          groups: row.groups,
          powerState: row.power_state,
          reach: row.reach,
        }),
      );
    },

    async candidatesFor(word, limit) {
      const { rows } = await database.query<{ word: string }>(candidatesSql, [foldName(storableText(word)), limit]);
      return rows.map((row) => row.word);
    },

    async devices(ids) {
      const { rows } = await database.query<DeviceRow>(
        `select ${deviceColumns} from oob.device as device where id = any($1) order by sort_key, name_key`,
        [ids],
      );
      return rows.map(deviceOf);
    },

    async withUuid(uuid) {
      const { rows } = await database.query<DeviceRow>(
        `select ${deviceColumns} from oob.device as device where uuid = $1 order by sort_key, name_key`,
        [storableText(uuid).toLowerCase()],
      );
      return rows.map(deviceOf);
    },

    async summary() {
      // CIM power state 2 is on; 6 and 8 are off (hard and soft). Asleep or never asked is neither.
      const { rows } = await database.query<{ site: string; devices: number; on: number; off: number }>(
        `select min(site) as site, count(*) as devices, count(*) filter (where power_state = 2) as "on",
           count(*) filter (where power_state in (6, 8)) as off
         from oob.device group by site_key order by site_key`,
      );
      return rows;
    },

    importDevices: (rows, newId) => importDevices(database, rows, newId),

    async setReach(deviceId, reach, at) {
      if (!reach) {
        await database.query('update oob.device set managed_at = null where id = $1', [deviceId]);
        return;
      }
      await database.query(
        `update oob.device set tls = $2, certificate_fingerprint = $3, credential = $4, port = $5, fqdn = coalesce($6, fqdn),
           managed_at = $7 where id = $1`,
        [deviceId, reach.tls, reach.certificateFingerprint, reach.credential, reach.port, reach.fqdn ?? null, at],
      );
    },
  };
}

function conditionOf(term: TargetTerm, due: DueDays): { where: string; values: readonly unknown[] } {
  if (term.kind === 'all') return { where: 'true', values: [] };
  const value = storableText(term.value);
  switch (term.kind) {
    case 'name':
      return { where: 'name_key = $1', values: [foldName(value)] };
    case 'glob':
      return { where: "name_key like $1 escape '\\'", values: [likePatternOfGlob(value)] };
    case 'site':
      return { where: 'site_key = $1', values: [foldName(value)] };
    case 'failed':
      return {
        where: `id in (select device_id from oob.task join oob.request on request.run_id = task.run_id
          where request.id = $1 and task.status in ('failed', 'unknown'))`,
        values: [value],
      };
    case 'due':
      return value === 'passwords' ? passwordsDue(due.passwordsAfter) : certificatesDue(due.certificatesBefore);
    case 'status':
      return {
        where:
          "coalesce((select amt_status.status from oob.amt_status where amt_status.device_id = device.id), 'unknown') = $1",
        values: [value],
      };
    case 'ou':
      // A distinguished name means what lies in that unit or below; a bare name, any unit of that name on the way up.
      return value.includes('=')
        ? { where: "(ou_key = $1 or right(ou_key, length($1) + 1) = ',' || $1)", values: [foldUnit(value)] }
        : { where: "(strpos(',' || ou_key, ',ou=' || $1 || ',') > 0)", values: [foldName(value)] };
    case 'group':
      return { where: 'group_keys @> array[$1]', values: [foldName(value)] };
  }
}

/**
 * Words about as long as the mistyped one that begin or end as it does; those that share most of both ends first, so that the
 * limit cuts the unlikely ones. `site:` and `group:` words match with their prefix or without it.
 */
const candidatesSql = `
  with known as (
    select name as word, name_key as key from oob.device
    union all select distinct 'site:' || site, 'site:' || site_key from oob.device
    union all select distinct 'site:' || site, site_key from oob.device
    union all select distinct 'group:' || label, 'group:' || label_key
      from oob.device, unnest(groups, group_keys) as member(label, label_key)
    union all select distinct 'group:' || label, label_key
      from oob.device, unnest(groups, group_keys) as member(label, label_key)
  ), near as (
    select word, key from known
    where abs(char_length(key) - char_length($1)) <= 2 and (left(key, 1) = left($1, 1) or right(key, 1) = right($1, 1))
  )
  select word from near group by word
  order by max((
    select count(*) filter (where left(key, n) = left($1, n)) + count(*) filter (where right(key, n) = right($1, n))
    from generate_series(1, char_length($1)) as n
  )) desc, word collate "C"
  limit $2`;

async function importDevices(
  database: Database,
  rows: readonly DeviceInput[],
  newId: () => string,
): Promise<ImportResult> {
  const seen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const key = foldName(row.name);
    const earlier = seen.get(key);
    if (earlier !== undefined)
      throw new StoreError(
        'ERR_INVENTORY_DUPLICATE',
        `Row ${index + 1} names ${row.name}, and so does row ${earlier}.`,
      );
    seen.set(key, index + 1);
  }
  return database.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock($1, $2)', advisoryLocks.inventory);
    return writeDevices(sql, rows, newId);
  });
}

/** Adds or changes devices, each name once, in a transaction that holds the lock of imports. */
export async function writeDevices(sql: Sql, rows: readonly DeviceInput[], newId: () => string): Promise<ImportResult> {
  const known = await sql.query<{ site: string; site_key: string }>(
    'select distinct on (site_key) site, site_key from oob.device order by site_key, site',
  );
  // One spelling per site: rooms per site, counts and cards all go by the word as it is written.
  const spelling = new Map(known.rows.map((row) => [row.site_key, row.site]));
  const records = rows.map((row) => {
    const siteKey = foldName(row.site);
    const site = spelling.get(siteKey) ?? row.site;
    spelling.set(siteKey, site);
    return {
      ...row,
      site,
      id: newId(),
      name_key: foldName(row.name),
      sort_key: naturalSortKey(row.name),
      site_key: siteKey,
      group_keys: row.groups.map(foldName),
      certificate_fingerprint: row.certificateFingerprint,
      ou: row.ou ?? null,
      uuid: row.uuid ?? null,
      ou_key: row.ou === undefined ? null : foldUnit(row.ou),
    };
  });
  const { rows: written } = await sql.query<{ added: boolean }>(importSql, [storableJson(records)]);
  const added = written.filter((row) => row.added).length;
  return { added, changed: written.length - added, unchanged: rows.length - written.length };
}

/** A distinguished name as it is compared: without blanks around its commas, without regard to case (RFC 4514). */
const foldUnit = (dn: string) => foldName(dn.replace(/\s*,\s*/g, ','));

const inputColumns = [
  ['name', 'text'],
  ['name_key', 'text'],
  ['sort_key', 'text'],
  ['fqdn', 'text'],
  ['host', 'text'],
  ['port', 'integer'],
  ['mac', 'text'],
  ['site', 'text'],
  ['site_key', 'text'],
  ['groups', 'text[]'],
  ['group_keys', 'text[]'],
  ['tls', 'text'],
  ['certificate_fingerprint', 'text'],
  ['credential', 'text'],
  ['ou', 'text'],
  ['ou_key', 'text'],
  ['uuid', 'text'],
] as const;
const inputNames = inputColumns.map(([name]) => name);
const managed = new Set<string>(['port', 'tls', 'certificate_fingerprint', 'credential']);
const after = (name: string) => {
  if (managed.has(name)) return `case when device.managed_at is null then excluded.${name} else device.${name} end`;
  // The certificate that a managed device was given has its name.
  if (name === 'fqdn')
    return 'case when device.managed_at is null then excluded.fqdn else coalesce(excluded.fqdn, device.fqdn) end';
  // A list that says nothing of units or UUIDs takes none away.
  return name.startsWith('ou') || name === 'uuid' ? `coalesce(excluded.${name}, device.${name})` : `excluded.${name}`;
};

// Rows that already say the same are not written, and so not returned. xmax is 0 only in a row version that an insert made.
const importSql = `
  insert into oob.device (id, ${inputNames.join(', ')})
  select id, ${inputNames.join(', ')}
  from json_to_recordset($1::json) as input(id text, ${inputColumns.map((column) => column.join(' ')).join(', ')})
  order by name_key
  on conflict (name_key) do update set ${inputNames.map((name) => `${name} = ${after(name)}`).join(', ')}
  where (${inputNames.map((name) => `device.${name}`).join(', ')})
    is distinct from (${inputNames.map(after).join(', ')})
  returning xmax = 0 as added`;
