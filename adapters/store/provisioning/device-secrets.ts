import { z } from 'zod';
import type {
  DeviceSecret,
  DeviceSecretKind,
  DeviceSecretStore,
} from '../../../src/ports/provisioning/device-secrets.ts';
import type { Database } from '../database/connection.ts';
import { gatherLookups } from '../database/gather.ts';
import { storableJson } from '../database/json.ts';
import { onDisk } from '../database/on-disk.ts';
import { type KeySource, seal, sealedSchema, unseal } from '../secrets/sealing.ts';
import { StoreError } from '../store-error.ts';
import { createSealingKey } from './sealing-key.ts';
import { isNotTakenBack } from './taken-back.ts';

interface Row {
  device_id: string;
  kind: DeviceSecretKind;
  sealed: unknown;
  set_at: Date;
}

interface Wish {
  readonly deviceId: string;
  readonly kind: DeviceSecretKind;
  readonly standing: 'proposed' | 'in_force';
}

const contents = z.object({ user: z.string(), password: z.string() });
const keyOf = ({ deviceId, kind, standing }: Wish) => JSON.stringify([deviceId, kind, standing]);
/** What a sealed password is bound to; no name in the file of secrets looks so. */
const boundTo = (deviceId: string, kind: DeviceSecretKind) => JSON.stringify(['device-secret', deviceId, kind]);

/** Passwords of single devices, in oob.device_secret. The key is read when one is first sealed or read. */
export function createDeviceSecretStore(database: Database, keySource: KeySource | null): DeviceSecretStore {
  const sealingKey = createSealingKey(database, keySource);
  const find = gatherLookups<Wish, Row>(keyOf, async (wishes) => {
    const { rows } = await database.query<Row & { standing: Wish['standing'] }>(
      `select device_id, kind, standing, sealed, set_at from oob.device_secret
       join unnest($1::text[], $2::text[], $3::text[]) as wish(id, its_kind, its_standing)
         on device_id = id and kind = its_kind and standing = its_standing`,
      [wishes.map(({ deviceId }) => deviceId), wishes.map(({ kind }) => kind), wishes.map(({ standing }) => standing)],
    );
    return new Map(
      rows.map((row) => [keyOf({ deviceId: row.device_id, kind: row.kind, standing: row.standing }), row]),
    );
  });
  const look = async (wish: Wish) => {
    const row = await find(wish);
    return row ? secretIn(row, (await sealingKey.get()).key) : null;
  };

  return {
    async ready() {
      await sealingKey.get();
    },
    async propose(deviceId, kind, { user, password }, at) {
      for (;;) {
        const proven = await sealingKey.get();
        const sealed = seal(proven.key, boundTo(deviceId, kind), JSON.stringify({ user, password }));
        // The proof is locked: no other key takes its place before this is committed. The update changes nothing: it is there to
        // have the one that was proposed before given back.
        const { rows } = await database.query<Row>(
          `insert into oob.device_secret (device_id, kind, standing, sealed, set_at)
           select $1, $2, 'proposed', $3::jsonb, $4::timestamptz from oob.sealing_proof where sealed = $5::jsonb and ${onDisk} for share
           on conflict (device_id, kind, standing) do update set kind = excluded.kind
           returning device_id, kind, sealed, set_at`,
          [deviceId, kind, storableJson(sealed), at, storableJson(proven.proof)],
        );
        if (rows[0]) return secretIn(rows[0], proven.key);
        sealingKey.doubt();
      }
    },
    proposed: (deviceId, kind) => look({ deviceId, kind, standing: 'proposed' }),
    inForce: (deviceId, kind) => look({ deviceId, kind, standing: 'in_force' }),
    confirm: (deviceId, kind, at) =>
      database.transaction(async (sql) => {
        const { rows } = await sql.query(
          `select from oob.device_secret where device_id = $1 and kind = $2 and standing = 'proposed' and ${onDisk} for update`,
          [deviceId, kind],
        );
        if (rows.length === 0) return false;
        await sql.query("delete from oob.device_secret where device_id = $1 and kind = $2 and standing = 'former'", [
          deviceId,
          kind,
        ]);
        await sql.query(
          "update oob.device_secret set standing = 'former' where device_id = $1 and kind = $2 and standing = 'in_force'",
          [deviceId, kind],
        );
        await sql.query(
          "update oob.device_secret set standing = 'in_force', set_at = $3 where device_id = $1 and kind = $2 and standing = 'proposed'",
          [deviceId, kind, at],
        );
        return true;
      }),
    async withdraw(deviceId, kind) {
      const { count } = await database.query(
        "delete from oob.device_secret where device_id = $1 and kind = $2 and standing = 'proposed'",
        [deviceId, kind],
      );
      return count > 0;
    },
    async forget(deviceId, keep = []) {
      await database.query(
        "delete from oob.device_secret where device_id = $1 and not (kind = any($2) and standing = 'in_force')",
        [deviceId, keep],
      );
    },
    async setBefore(date, limit) {
      const { rows } = await database.query<{ deviceId: string; setAt: Date }>(
        `select device_id as "deviceId", set_at as "setAt" from oob.device_secret
         where kind = 'administrator' and standing = 'in_force' and set_at < $1 and ${isNotTakenBack('device_secret.device_id')}
         order by set_at, device_id limit $2`,
        [date, limit],
      );
      return rows;
    },
  };
}

/** The password in a row. Its text never gets into an error: neither the parser's nor the cipher's is passed on. */
function secretIn({ device_id: deviceId, kind, sealed, set_at: setAt }: Row, key: Buffer): DeviceSecret {
  const refusal = `The ${kind} password of ${deviceId} can't be read: its row in the database was changed, or is another one's. Restore it from a backup.`;
  const parsed = sealedSchema.safeParse(sealed);
  if (!parsed.success) throw new StoreError('ERR_SECRET_KEY', refusal);
  const { user, password } = contents.parse(JSON.parse(unseal(key, boundTo(deviceId, kind), parsed.data, refusal)));
  return { user, password, setAt };
}
