import { resolveSrv } from 'node:dns/promises';
import { DirectoryError } from '../../../src/ports/directory.ts';

/** A domain controller to connect to. */
export interface DirectoryServer {
  readonly host: string;
  readonly port: number;
}

/** LDAPS of one domain, and of the whole forest on a Global Catalog server ([MS-ADTS] 3.1.1.3.1.9). */
export const ldapsPort = 636;
const globalCatalogPort = 3269;

/**
 * The domain controllers in the order to try: those that are configured, else those that DNS names (SRV records of
 * `_ldap._tcp.dc._msdcs.DOMAIN`, RFC 2782) by priority, heavier ones first.
 */
export async function findServers(
  urls: readonly string[],
  domain: string,
  resolve: (name: string) => Promise<readonly { name: string; priority: number; weight: number }[]> = resolveSrv,
): Promise<readonly DirectoryServer[]> {
  if (urls.length > 0) return urls.map(serverOf);
  const name = `_ldap._tcp.dc._msdcs.${domain}`;
  try {
    const records = [...(await resolve(name))];
    if (records.length === 0) throw new DirectoryError('directory_name_not_found', [`no records for ${name}`]);
    records.sort((a, b) => a.priority - b.priority || b.weight - a.weight);
    return records.map((record) => ({ host: record.name, port: ldapsPort }));
  } catch (cause) {
    if (cause instanceof DirectoryError) throw cause;
    throw new DirectoryError('directory_name_not_found', [`no records for ${name}`], { cause });
  }
}

/** The same machines, asked as Global Catalog servers. */
export function asGlobalCatalog(servers: readonly DirectoryServer[]): readonly DirectoryServer[] {
  return servers.map(({ host }) => ({ host, port: globalCatalogPort }));
}

function serverOf(url: string): DirectoryServer {
  const { hostname, port } = new URL(url.replace(/^ldaps:/, 'https:'));
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? ldapsPortOf(url) : Number(port) };
}

/** A URL parser that takes `ldaps:` for `https:` drops the port 443. */
function ldapsPortOf(url: string): number {
  return /:443\/?$/.test(url) ? 443 : ldapsPort;
}
