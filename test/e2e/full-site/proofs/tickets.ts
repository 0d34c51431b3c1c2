import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keytab } from '../../../directory/keytab.ts';
import { realm } from '../../../directory/samba.ts';
import type { SeenState } from '../../site/lab-process.ts';
import { type Domain, ticketUser } from '../ground/domain.ts';
import type { SitePc } from '../ground/place.ts';

/** The encryption of a ticket, in the order of AMT's numbers for them. */
const encryptions = ['rc4-hmac', 'aes128-cts-hmac-sha1-96', 'aes256-cts-hmac-sha1-96'] as const;
/** Ports of AMT that a ticket may be for. Intel AMT Implementation and Reference Guide, "Using Active Directory". */
const ports = [16_992, 16_993, 16_994, 16_995, 623, 664] as const;

const principalsOf = ({ fqdn }: Pick<SitePc, 'fqdn'>): readonly string[] => ports.map((port) => `HTTP/${fqdn}:${port}`);

/** Somebody of the domain logs on; tickets of before, which may be for older keys, are forgotten. */
async function logOn({ samba }: Pick<Domain, 'samba'>): Promise<void> {
  const said = await samba.run('/usr/bin/kinit', [`${ticketUser.name}@${realm}`], `${ticketUser.password}\n`);
  const tickets = await samba.run('/usr/bin/klist', []);
  if (!tickets.includes(`krbtgt/${realm}`)) throw new Error(`kinit: ${said}`);
}

/**
 * Asks the domain for a ticket for each of the PC's services and has kvno decrypt it with the key that the firmware holds. Resolves to
 * the version of that key; rejects with what kvno said.
 */
export async function ticketsDecrypt({ samba }: Domain, pc: SitePc, kerberos: SeenState['kerberos']): Promise<number> {
  if (!kerberos.KrbEnabled) throw new Error(`Kerberos is off on ${pc.name}`);
  if (kerberos.RealmName?.toUpperCase() !== realm) throw new Error(`the realm of ${pc.name} is ${kerberos.RealmName}`);
  await logOn({ samba });
  const file = join(samba.folder, `${pc.name}.keytab`);
  await writeKeytab({ samba }, file, principalsOf(pc), kerberos);
  try {
    const services = principalsOf(pc).map((name) => `${name}@${realm}`);
    const said = await samba.run('/usr/bin/kvno', ['-k', file, ...services]);
    const valid = said.split('\n').filter((line) => line.endsWith(`kvno = ${kerberos.KeyVersion}, keytab entry valid`));
    if (valid.length !== services.length) throw new Error(said.trim());
    return kerberos.KeyVersion ?? 0;
  } finally {
    await rm(file, { force: true });
  }
}

/** A keytab of what the firmware holds: its key, or by MIT's own program the keys of its passphrase and salt. */
async function writeKeytab(
  { samba }: Pick<Domain, 'samba'>,
  file: string,
  principals: readonly string[],
  kerberos: SeenState['kerberos'],
): Promise<void> {
  const { KeyVersion = 0, MasterKey, Passphrase, Salt, IterationCount } = kerberos;
  if (Passphrase === undefined) {
    if (MasterKey === undefined) throw new Error('the firmware holds no key');
    const [encryption = 'rc4-hmac'] = encryptionsOf([kerberos.EncryptionAlgorithm ?? 0]);
    const key = Buffer.from(MasterKey, 'base64');
    const [first, ...rest] = principals.map((name) => keytab(name, realm, KeyVersion, encryption, key));
    // Each begins with the version of the file, which stands there once.
    await writeFile(file, Buffer.concat([first ?? Buffer.alloc(0), ...rest.map((each) => each.subarray(2))]));
    return;
  }
  // What ktutil reckons with, as Active Directory does.
  if (IterationCount !== 4_096) throw new Error(`${IterationCount} iterations`);
  const entries = encryptionsOf(kerberos.ConfiguredEncryptionAlgorithms ?? []).flatMap((encryption) =>
    principals.map(
      (name) => `addent -password -p ${name}@${realm} -k ${KeyVersion} -e ${encryption} -s ${Salt}\n${Passphrase}\n`,
    ),
  );
  await samba.run('/usr/bin/ktutil', [], `${entries.join('')}wkt ${file}\nq\n`);
}

const encryptionsOf = (numbers: readonly number[]) => numbers.flatMap((number) => encryptions[number] ?? []);

/** That the domain gives no ticket for it any more. Resolves to what kvno said. */
export async function noTicket({ samba }: Domain, pc: SitePc): Promise<string> {
  await logOn({ samba });
  const [, , , service = ''] = principalsOf(pc);
  const said = (await samba.run('/usr/bin/kvno', [`${service}@${realm}`])).trim();
  if (!said.includes('not found in Kerberos database')) throw new Error(said);
  return said;
}
