import type { Conversation } from '../../../src/ports/chat.ts';
import type { Scan, ScanFind, ScanStore } from '../../../src/ports/discovery/scan-store.ts';
import { insertCard } from '../cards.ts';
import type { Database } from '../database/connection.ts';
import { storableJson } from '../database/json.ts';
import { foldName } from '../database/sort-key.ts';
import { type DeviceRow, deviceColumns, deviceOf } from '../inventory.ts';
import { appendToTrail } from '../trail/trail.ts';

interface ScanRow {
  id: string;
  range_id: string;
  cidr: string;
  size: number;
  asked_by: string;
  conversation: Conversation;
  card_id: string;
  stop_action: string;
  add_action: string;
  started_at: Date;
  cursor: number;
  foreign_controllers: number;
  stop_by: string | null;
  ended_at: Date | null;
  disappeared: string[];
  added_by: string | null;
}

const scanOf = (row: ScanRow): Scan => ({
  id: row.id,
  rangeId: row.range_id,
  cidr: row.cidr,
  size: row.size,
  askedBy: row.asked_by,
  conversation: row.conversation,
  cardId: row.card_id,
  stopAction: row.stop_action,
  addAction: row.add_action,
  startedAt: row.started_at,
  cursor: row.cursor,
  foreignControllers: row.foreign_controllers,
  stopBy: row.stop_by,
  endedAt: row.ended_at,
  disappeared: row.disappeared,
  addedBy: row.added_by,
});

/** Scans in oob.scan, what they found in oob.scan_find. */
export function createScanStore(database: Database): ScanStore {
  return {
    begin: (scan, card, entry) =>
      database.transaction(async (sql) => {
        const { count } = await sql.query(
          `insert into oob.scan (id, range_id, cidr, size, asked_by, conversation, card_id, stop_action, add_action, started_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
          [
            ...[scan.id, scan.rangeId, scan.cidr, scan.size, scan.askedBy, storableJson(scan.conversation)],
            ...[scan.cardId, scan.stopAction, scan.addAction, scan.startedAt],
          ],
        );
        if (count !== 1) return false;
        await insertCard(sql, card);
        await appendToTrail(sql, [entry]);
        return true;
      }),

    async get(id) {
      const { rows } = await database.query<ScanRow>('select * from oob.scan where id = $1', [id]);
      return rows[0] ? scanOf(rows[0]) : null;
    },

    async open() {
      const { rows } = await database.query<{ id: string }>(
        'select id from oob.scan where ended_at is null order by started_at',
      );
      return rows.map((row) => row.id);
    },

    async finds(id) {
      const { rows } = await database.query<{ found: ScanFind }>(
        'select found from oob.scan_find where scan_id = $1 order by address::inet',
        [id],
      );
      return rows.map((row) => row.found);
    },

    advance: (id, cursor, finds, foreignControllers) =>
      database.transaction(async (sql) => {
        await sql.query(
          `insert into oob.scan_find (scan_id, address, found)
           select $1, found ->> 'address', found from jsonb_array_elements($2::jsonb) as found
           on conflict (scan_id, address) do update set found = excluded.found`,
          [id, storableJson(finds)],
        );
        await sql.query(
          `update oob.scan set cursor = $2, foreign_controllers = foreign_controllers + $3
           where id = $1 and cursor < $2`,
          [id, cursor, foreignControllers],
        );
      }),

    stop: (id, by, entry) =>
      database.transaction(async (sql) => {
        const { count } = await sql.query(
          'update oob.scan set stop_by = $2 where id = $1 and ended_at is null and stop_by is null',
          [id, by],
        );
        if (count !== 1) return false;
        await appendToTrail(sql, [entry]);
        return true;
      }),

    end: (id, at, disappeared, entry) =>
      database.transaction(async (sql) => {
        const { count } = await sql.query(
          'update oob.scan set ended_at = $2, disappeared = $3 where id = $1 and ended_at is null',
          [id, at, storableJson(disappeared)],
        );
        if (count !== 1) return false;
        await appendToTrail(sql, [entry]);
        return true;
      }),

    async takeNew(id, by) {
      const { count } = await database.query(
        'update oob.scan set added_by = $2 where id = $1 and ended_at is not null and added_by is null',
        [id, by],
      );
      return count === 1;
    },

    async giveBack(id) {
      await database.query('update oob.scan set added_by = null where id = $1', [id]);
    },

    async devicesWithin(cidr) {
      // The cast stands behind the test of the shape: a name is no address.
      const { rows } = await database.query<DeviceRow>(
        `select ${deviceColumns} from oob.device as device
         where case when host ~ '^[0-9]{1,3}([.][0-9]{1,3}){3}$' then host::inet <<= $1::inet else false end
         order by sort_key, name_key`,
        [cidr],
      );
      return rows.map(deviceOf);
    },

    async devicesCalled(words) {
      const { rows } = await database.query<DeviceRow>(
        `select ${deviceColumns} from oob.device as device
         where lower(host) = any($1) or lower(fqdn) = any($1) or name_key = any($2) order by sort_key, name_key`,
        [words.map((word) => word.toLowerCase()), words.map(foldName)],
      );
      return rows.map(deviceOf);
    },
  };
}
