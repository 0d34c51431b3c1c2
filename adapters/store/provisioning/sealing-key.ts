import { z } from 'zod';
import type { Database } from '../database/connection.ts';
import { storableJson } from '../database/json.ts';
import { type KeySource, readSealingKey, seal, sealedSchema, unseal } from '../secrets/sealing.ts';
import { StoreError } from '../store-error.ts';

/** A key, and what stands in oob.sealing_proof as long as it is the one. */
interface ProvenKey {
  readonly key: Buffer;
  readonly proof: unknown;
}

/** The key that passwords of single devices are sealed with. */
export interface SealingKey {
  /** Reads it and holds it against the database when first needed. Rejects with ERR_SECRET_KEY; asks again the next time. */
  get(): Promise<ProvenKey>;
  /** Its proof is not there any more: it is proved again the next time. */
  doubt(): void;
}

const boundTo = JSON.stringify(['sealing-proof']);
const proofRow = z.object({ sealed: z.unknown() });

/** Makes it. Without a source every use is refused. */
export function createSealingKey(database: Database, source: KeySource | null): SealingKey {
  let proven: Promise<ProvenKey> | null = null;

  async function prove(): Promise<ProvenKey> {
    if (!source)
      throw new StoreError(
        'ERR_SECRET_KEY',
        'The passwords of single devices are sealed, and there is no key here. Give the service one under service.secretKey; make it with: openssl rand -base64 32',
      );
    const key = await readSealingKey(source);
    const own = storableJson(seal(key, boundTo, ''));
    await database.query('insert into oob.sealing_proof (sealed) values ($1) on conflict do nothing', [own]);
    return database.transaction(async (sql) => {
      const { rows } = await sql.query<{ sealed: unknown }>('select sealed from oob.sealing_proof for update');
      const proof = proofRow.parse(rows[0]).sealed;
      if (isOurs(key, proof)) return { key, proof };
      // As long as nothing is sealed a key that was lost, or never used, may be replaced.
      const { rows: taken } = await sql.query<{ sealed: unknown }>(
        'update oob.sealing_proof set sealed = $1 where not exists (select from oob.device_secret) returning sealed',
        [own],
      );
      if (taken[0]) return { key, proof: taken[0].sealed };
      throw new StoreError(
        'ERR_SECRET_KEY',
        'The key under service.secretKey is another one than the passwords of the devices were sealed with. Give the service the former key back: without it they can not be read.',
      );
    });
  }

  return {
    get() {
      proven ??= prove().catch((error: unknown) => {
        proven = null;
        throw error;
      });
      return proven;
    },
    doubt() {
      proven = null;
    },
  };
}

function isOurs(key: Buffer, proof: unknown): boolean {
  try {
    unseal(key, boundTo, sealedSchema.parse(proof), '');
    return true;
  } catch {
    return false;
  }
}
