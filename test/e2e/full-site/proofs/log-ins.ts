import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Authorities } from '../ground/authorities.ts';
import type { SitePc } from '../ground/place.ts';
import { must } from '../ground/program.ts';
import { fetchCertificate } from './certificates.ts';

const child = fileURLToPath(new URL('child-meshcentral.ts', import.meta.url));
const answerSchema = z.object({ status: z.number(), version: z.string().nullable() });

// MeshCentral asks for TLS 1.0 and later; OpenSSL 3 has to be told that it may.
const openSsl = `nodejs_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = old
[old]
MinProtocol = TLSv1
CipherString = ALL:@SECLEVEL=0
`;

/** An account of a PC. */
export interface PcAccount {
  readonly pc: SitePc;
  readonly user: string;
  readonly password: string;
}

/**
 * MeshCentral's AMT stack logs in over TLS to each PC, which it holds to the certificate that OpenSSL was shown. Resolves to the HTTP
 * status of each, 0 where nothing came.
 */
export const logIns = (authorities: Authorities, accounts: readonly PcAccount[]): Promise<readonly number[]> =>
  each(authorities, accounts, 'read');

/** Somebody who has a PC's administrator takes all from it that it was set up with. Rejects when it does not answer 200. */
export async function unprovisionAsAdministrator(
  authorities: Authorities,
  accounts: readonly PcAccount[],
): Promise<void> {
  const statuses = await each(authorities, accounts, 'unprovision');
  if (statuses.some((status) => status !== 200)) throw new Error(`Unprovision was answered ${statuses.join(', ')}`);
}

async function each(
  authorities: Authorities,
  accounts: readonly PcAccount[],
  act: 'read' | 'unprovision',
): Promise<readonly number[]> {
  const conf = join(authorities.folder, 'meshcentral-openssl.cnf');
  await writeFile(conf, openSsl);
  const wanted = await Promise.all(
    accounts.map(async ({ pc, user, password }) => {
      const shown = new X509Certificate(await readFile(await fetchCertificate(authorities, pc)));
      const fingerprint = shown.fingerprint256.replaceAll(':', '').toLowerCase();
      return { host: pc.address, user, password, fingerprint, act };
    }),
  );
  const said = await must(process.execPath, ['--disable-warning=ExperimentalWarning', child], {
    input: JSON.stringify(wanted),
    env: { OPENSSL_CONF: conf },
  });
  const lines = said.split('\n').filter((line) => line.startsWith('{"status"'));
  return lines.map((line) => answerSchema.parse(JSON.parse(line)).status);
}

/** The same account on each of these PCs. */
export const accountsOf = (
  pcs: readonly SitePc[],
  account: { readonly user: string; readonly password: string },
): readonly PcAccount[] => pcs.map((pc) => ({ pc, ...account }));
