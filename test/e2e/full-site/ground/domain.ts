import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { administrator, type Samba, startSamba } from '../../../directory/samba.ts';
import { addUser, adminClient, passwordOf } from '../../../directory/testing.ts';

/** The account that the service logs on with. */
export const serviceAccount = { name: 'svc-oob', password: passwordOf('svc-oob') } as const;
/** Somebody who asks for tickets. */
export const ticketUser = { name: 'alice', password: passwordOf('alice') } as const;
/** Unit of the device objects; the service makes it. */
export const deviceUnit = 'OU=Out of Band,DC=lab,DC=test';

/** A domain as a domain administrator hands it over: two users, no unit, no right. */
export interface Domain {
  readonly samba: Samba;
  readonly url: string;
  /** PEM file of the authority of its domain controller. */
  readonly caFile: string;
  /** The domain administrator, for what only that one may do. */
  readonly administrator: { readonly account: string; readonly password: string };
}

/** Starts it; the administrator has made the two accounts. */
export async function startDomain(folder: string, address: string): Promise<Domain> {
  const samba = await startSamba(address, { empty: true });
  const caFile = join(folder, 'domain-ca.pem');
  await writeFile(caFile, samba.ca);
  const client = await adminClient(samba);
  try {
    await addUser(client, serviceAccount.name);
    await addUser(client, ticketUser.name);
  } finally {
    await client.unbind();
  }
  return { samba, url: samba.url, caFile, administrator };
}
