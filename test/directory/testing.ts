import { Attribute, Client } from 'ldapts';
import { createDirectory, type DirectoryOptions } from '../../adapters/directory/index.ts';
import type { Directory, DirectoryError } from '../../src/ports/directory.ts';
import { administrator, baseDn, type Samba } from './samba.ts';

/** The unit that tests use. */
export const unit = `OU=AMT,${baseDn}`;

/** Password of a test account. */
export const passwordOf = (name: string) => `Passw0rd!${name}`;

/** A directory on the domain controller, spoken to as one of the test accounts. */
export function directoryOf(samba: Samba, account: string, more: Partial<DirectoryOptions> = {}): Directory {
  const admin = account === 'administrator';
  return createDirectory({
    name: 'lab',
    domain: 'lab.test',
    servers: [samba.url],
    unit,
    account: `${account}@lab.test`,
    password: async () => (admin ? administrator.password : passwordOf(account)),
    ca: samba.ca,
    timeouts: { connectMs: 5_000, requestMs: 10_000 },
    now: () => new Date(),
    ...more,
  });
}

/** A plain LDAP client as administrator, to prepare and to look with. */
export async function adminClient(samba: Samba): Promise<Client> {
  const client = new Client({ url: samba.url, tlsOptions: { ca: samba.ca } });
  await client.bind(administrator.account, administrator.password);
  return client;
}

/** Adds a user that can log on. */
export async function addUser(client: Client, name: string): Promise<string> {
  const dn = `CN=${name},CN=Users,${baseDn}`;
  const password = Buffer.from(`"${passwordOf(name)}"`, 'utf16le');
  await client.add(dn, [
    new Attribute({ type: 'objectClass', values: ['top', 'person', 'organizationalPerson', 'user'] }),
    new Attribute({ type: 'sAMAccountName', values: [name] }),
    new Attribute({ type: 'userPrincipalName', values: [`${name}@lab.test`] }),
    new Attribute({ type: 'userAccountControl', values: ['512'] }),
    new Attribute({ type: 'unicodePwd', values: [password] }),
  ]);
  return dn;
}

/** Adds a group with these members. */
export async function addGroup(client: Client, name: string, ...member: string[]): Promise<string> {
  const dn = `CN=${name},CN=Users,${baseDn}`;
  await client.add(dn, { objectClass: ['top', 'group'], sAMAccountName: name, member });
  return dn;
}

/** The error that the work ends with. */
export async function errorOf(work: Promise<unknown>): Promise<DirectoryError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Error && error.name === 'DirectoryError') return error as DirectoryError;
  throw error ?? new Error('it did not fail');
}
