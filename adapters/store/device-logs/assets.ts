import type { AmtAssets } from '../../../src/ports/amt/assets.ts';
import type { AssetStore, KeptAssets } from '../../../src/ports/store/asset-store.ts';
import type { Database } from '../database/connection.ts';
import { storableJson } from '../database/json.ts';
import { createBatch } from './batch.ts';

const devicesAtOnce = 1_000;

/** Hardware of devices in oob.device_assets. */
export function createAssetStore(database: Database): AssetStore {
  const keep = createBatch<KeptAssets, true>(
    async (all) => {
      await database.query(
        `insert into oob.device_assets (device_id, at, assets)
         select distinct on ("deviceId") "deviceId", at, assets
         from json_to_recordset($1::json) as told("deviceId" text, at timestamptz, assets jsonb)
         order by "deviceId", at desc
         on conflict (device_id) do update set at = excluded.at, assets = excluded.assets
         where device_assets.at <= excluded.at`,
        [storableJson(all)],
      );
      return all.map(() => true);
    },
    devicesAtOnce,
    () => 1,
  );
  return {
    async keep(assets) {
      await keep(assets);
    },
    async of(deviceIds) {
      const { rows } = await database.query<{ device_id: string; at: Date; assets: AmtAssets }>(
        'select device_id, at, assets from oob.device_assets where device_id = any($1) order by device_id',
        [deviceIds],
      );
      return rows.map((row) => ({ deviceId: row.device_id, at: row.at, assets: row.assets }));
    },
  };
}
