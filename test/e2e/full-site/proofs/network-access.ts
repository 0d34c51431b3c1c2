import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Radius, startRadius } from '../../../pki/radius.ts';
import type { SeenState } from '../../site/lab-process.ts';
import type { Authorities } from '../ground/authorities.ts';
import { place, type SitePc } from '../ground/place.ts';

/** PEM files of a client certificate and its key. */
export interface ClientPapers {
  readonly certificate: string;
  readonly key: string;
}

/** FreeRADIUS of the site: it trusts our authority and looks at these revocation lists. */
export async function startAccessControl({ folder, files }: Authorities, lists: string): Promise<Radius> {
  const own = join(folder, 'radius');
  await mkdir(own, { recursive: true });
  await copyFile(join(folder, 'radius.key'), join(own, 'radius.key'));
  const joined = async (name: string, ...from: readonly string[]) =>
    writeFile(join(own, name), (await Promise.all(from.map((file) => readFile(file, 'utf8')))).join(''));
  await joined('radius.pem', join(folder, 'radius.pem'), files.deviceAuthority);
  await joined('ca.pem', files.deviceChain);
  await joined('trust.pem', files.deviceChain, lists);
  return startRadius(own, place.radius);
}

/** The client certificate that the firmware holds for 802.1X, with its key; null where it has none. */
export async function clientPapersOf(
  { folder }: Authorities,
  { name }: SitePc,
  { certificates }: SeenState,
): Promise<ClientPapers | null> {
  const own = certificates.find(({ usedFor, key }) => key !== null && usedFor.includes('wired'));
  if (!own?.key) return null;
  const papers = { certificate: join(folder, `${name}.client.pem`), key: join(folder, `${name}.client.key`) };
  await writeFile(papers.certificate, own.pem);
  await writeFile(papers.key, own.key);
  return papers;
}

/** Whether eapol_test is let in with it. */
export async function isLetIn(radius: Radius, { fqdn }: SitePc, { certificate, key }: ClientPapers): Promise<boolean> {
  return (await radius.login(`host/${fqdn}`, certificate, key)).accepted;
}
