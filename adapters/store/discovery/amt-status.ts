import type { AmtStatus, AmtStatusStore, KeptAmtStatus } from '../../../src/ports/discovery/amt-status-store.ts';
import type { Database } from '../database/connection.ts';
import { storableJson, storableText } from '../database/json.ts';
import { isOfTheFuture } from '../database/of-the-future.ts';

interface StatusRow {
  device_id: string;
  status: KeptAmtStatus['status'];
  sub_state: KeptAmtStatus['subState'];
  because: string;
  at: Date;
}

const statusOf = (row: StatusRow) => ({
  deviceId: row.device_id,
  status: row.status,
  subState: row.sub_state,
  because: row.because,
  at: row.at,
});

/** AMT status in oob.amt_status, its history in oob.amt_status_change. */
export function createAmtStatusStore(database: Database): AmtStatusStore {
  return {
    async keep(seen) {
      if (seen.length === 0) return;
      // One statement: the history has exactly the changes that were made.
      await database.query(
        `with told as (
           select distinct on ("deviceId") * from json_to_recordset($1::json)
             as told("deviceId" text, status text, "subState" text, because text, at timestamptz)
           order by "deviceId", at desc
         ), before as (
           select device_id, status, sub_state from oob.amt_status where device_id in (select "deviceId" from told)
         ), kept as (
           insert into oob.amt_status as known (device_id, status, sub_state, because, at, since)
           select "deviceId", status, "subState", because, at, at from told order by "deviceId"
           on conflict (device_id) do update set status = excluded.status, sub_state = excluded.sub_state,
             because = excluded.because, at = excluded.at,
             since = case when (known.status, known.sub_state) is distinct from (excluded.status, excluded.sub_state)
               then excluded.at else known.since end
           where known.at <= excluded.at or ${isOfTheFuture('known.at')}
           returning known.*
         )
         insert into oob.amt_status_change (device_id, at, status, sub_state, because)
         select kept.device_id, kept.at, kept.status, kept.sub_state, kept.because
         from kept left join before using (device_id)
         where before.device_id is null or (before.status, before.sub_state) is distinct from (kept.status, kept.sub_state)
         on conflict do nothing`,
        [storableJson(seen)],
      );
    },

    async of(deviceIds) {
      const { rows } = await database.query<StatusRow & { since: Date }>(
        'select device_id, status, sub_state, because, at, since from oob.amt_status where device_id = any($1)',
        [deviceIds],
      );
      return rows.map((row) => ({ ...statusOf(row), since: row.since }));
    },

    async history(deviceId, limit) {
      const { rows } = await database.query<StatusRow>(
        `select device_id, status, sub_state, because, at from oob.amt_status_change where device_id = $1
         order by at desc limit $2`,
        [deviceId, limit],
      );
      return rows.map(statusOf);
    },

    async counts() {
      const { rows } = await database.query<{ status: AmtStatus; devices: number }>(
        `select coalesce(amt_status.status, 'unknown') as status, count(*) as devices
         from oob.device left join oob.amt_status on amt_status.device_id = device.id group by 1`,
      );
      return Object.fromEntries(rows.map(({ status, devices }) => [status, devices]));
    },

    async takeLogIn(address, credential, at, since, most) {
      return database.transaction(async (sql) => {
        // Two that count at the same time would both find room.
        await sql.query("select pg_advisory_xact_lock(hashtextextended('oob log in ' || $1, 0))", [
          storableText(address),
        ]);
        await sql.query('delete from oob.log_in_try where address = $1 and at < $2', [storableText(address), since]);
        const { rows } = await sql.query<{ tries: number }>(
          'select count(*) as tries from oob.log_in_try where address = $1',
          [storableText(address)],
        );
        if ((rows[0]?.tries ?? 0) >= most) return false;
        await sql.query('insert into oob.log_in_try (address, at, credential) values ($1, $2, $3)', [
          storableText(address),
          at,
          credential,
        ]);
        return true;
      });
    },
  };
}
