import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aesKey } from '../../../adapters/directory/keys/kerberos-keys.ts';
import type { KerberosEncryption } from '../../../src/ports/amt/kerberos.ts';
import { keytab } from '../../directory/keytab.ts';
import { realm, type Samba } from '../../directory/samba.ts';
import { passwordOf } from '../../directory/testing.ts';

/** A ticket of alice's for a PC, decrypted with the key that the PC itself has: what kvno says. `kerberos`: the state of the PC. */
export async function deviceTicket(samba: Samba, kerberos: unknown, fqdn: string): Promise<string> {
  const has = new Map<string, unknown>(Object.entries(kerberos ?? {}));
  const passphrase = has.get('Passphrase');
  const encryption: KerberosEncryption = passphrase === undefined ? 'rc4-hmac' : 'aes256-cts-hmac-sha1-96';
  const key =
    typeof passphrase === 'string'
      ? await aesKey(passphrase, String(has.get('Salt')), 256)
      : Buffer.from(String(has.get('MasterKey')), 'base64');
  const spn = `HTTP/${fqdn}:16993`;
  const file = join(samba.folder, 'keytab');
  await writeFile(file, keytab(spn, realm, Number(has.get('KeyVersion')), encryption, key));
  await samba.run('/usr/bin/kinit', [`alice@${realm}`], `${passwordOf('alice')}\n`);
  return samba.run('/usr/bin/kvno', ['-e', encryption, '-k', file, `${spn}@${realm}`]);
}
