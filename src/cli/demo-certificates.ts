import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTryOutCertificates } from '../composition/certificates.ts';
import { errorCode } from '../config/error-code.ts';

/** Files of the demo's own authority and of its provisioning certificate, PEM. */
export interface DemoCertificates {
  readonly root: string;
  readonly rootKey: string;
  readonly chain: string;
  readonly chainKey: string;
}

const days = 3_650;

/** Those of the first start are kept: PCs that were provisioned with them are in the database. */
export async function demoCertificates(directory: string, commonName: string): Promise<DemoCertificates> {
  const files = {
    root: join(directory, 'authority.pem'),
    rootKey: join(directory, 'authority-key.pem'),
    chain: join(directory, 'provisioning.pem'),
    chainKey: join(directory, 'provisioning-key.pem'),
  };
  // Written last: what was cut off before is made anew.
  if (await isThere(files.chain)) return files;
  const { root, provisioning } = await makeTryOutCertificates({ authority: 'oob demo CA', commonName, days });
  await writeFile(files.root, root.certificate);
  await writeFile(files.rootKey, root.key, { mode: 0o600 });
  await writeFile(files.chainKey, provisioning.key, { mode: 0o600 });
  await writeFile(files.chain, provisioning.chain);
  return files;
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return false;
  }
}
