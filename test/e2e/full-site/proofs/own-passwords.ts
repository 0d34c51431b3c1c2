import { join } from 'node:path';
import { createStore } from '../../../../adapters/store/index.ts';
import type { SitePc } from '../ground/place.ts';
import type { Service } from '../ground/service.ts';
import type { PcAccount } from './log-ins.ts';

const silent = () => {};

/**
 * The administrator of each PC with the password that the service keeps sealed for it. No command shows it: this opens the store with the
 * key that the script gave the service. Rejects where one is missing, or where two are the same.
 */
export async function ownAdministrators(
  { folder, sealingKey }: Service,
  pcs: readonly SitePc[],
): Promise<readonly PcAccount[]> {
  const store = await createStore({
    dataDirectory: join(folder, 'data'),
    sealingKey: { key: sealingKey, variable: 'OOB_SECRET_KEY' },
    beside: true,
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    onFatal: silent,
  });
  try {
    const devices = await store.inventory.select({ kind: 'all' });
    const accounts = await Promise.all(
      pcs.map(async (pc) => {
        const id = devices.find(({ name }) => name === pc.name)?.id ?? '';
        const secret = await store.deviceSecrets.inForce(id, 'administrator');
        if (!secret) throw new Error(`no password is kept for ${pc.name}`);
        return { pc, user: secret.user, password: secret.password };
      }),
    );
    if (new Set(accounts.map(({ password }) => password)).size < pcs.length)
      throw new Error('some have the same password');
    return accounts;
  } finally {
    await store.close();
  }
}
