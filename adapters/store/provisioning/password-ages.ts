import type { AgedPassword, PasswordAgeSource } from '../../../src/ports/passwords.ts';
import type { Database } from '../database/connection.ts';
import { foldName } from '../database/sort-key.ts';
import { isNotTakenBack } from './taken-back.ts';

/** How old the administrator passwords of single devices are. Those of devices that are not in the inventory any more are nobody's. */
export function createDevicePasswordAges(database: Database): PasswordAgeSource {
  return async (before, sites, limit) => {
    const scope = sites?.map(foldName) ?? null;
    const { rows: counts } = await database.query<{ total: number; due: number }>(
      `select count(*) as total, count(*) filter (where set_at < $2) as due ${inForce}`,
      [scope, before],
    );
    const { rows } = await database.query<AgedPassword>(
      `select device.name as of, device.site as "where", set_at as "setAt" ${inForce} and set_at < $2
       order by set_at, device.sort_key limit $3`,
      [scope, before, limit],
    );
    return { total: counts[0]?.total ?? 0, due: { items: rows, total: counts[0]?.due ?? 0 }, unknown: [] };
  };
}

const inForce = `from oob.device_secret join oob.device on device.id = device_id
  where kind = 'administrator' and standing = 'in_force' and ${isNotTakenBack('device_secret.device_id')}
    and ($1::text[] is null or device.site_key = any($1))`;
