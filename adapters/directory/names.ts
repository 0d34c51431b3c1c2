import { createHash } from 'node:crypto';
import { DirectoryError } from '../../src/ports/directory.ts';

const label = '[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?';

/** A full DNS name in small letters, without the dot at its end. Throws directory_name_unfit. */
export function fullDnsName(text: string): string {
  const name = text.toLowerCase().replace(/\.$/, '');
  if (name.length > 253 || !new RegExp(`^${label}(?:\\.${label})+$`).test(name))
    throw new DirectoryError('directory_name_unfit', [`${JSON.stringify(text.slice(0, 80))} is not a full DNS name`]);
  return name;
}

/**
 * Name of a device object, which is also its account name without `$`. The computer's own account has the plain host name, so
 * `iME` is added; account names of computers end at 20 characters with their `$` ([MS-SAMR] 3.1.1.6), so a host name that is
 * longer than a NetBIOS name (15) is cut and told apart by a hash of the full name.
 */
export function objectName(fqdn: string): string {
  const host = fqdn.split('.')[0] ?? '';
  if (host.length <= 15) return `${host}iME`;
  return `${host.slice(0, 8).replace(/[-_]+$/, '')}-${createHash('sha256').update(fqdn).digest('hex').slice(0, 6)}iME`;
}

/** Ports on which AMT takes Kerberos tickets: HTTP and redirection, without and with TLS, and the two ASF ports. */
const ports = [16992, 16993, 16994, 16995, 623, 664];

/**
 * Service principal names of a device (Intel AMT Implementation and Reference Guide, "Kerberos"). None is without a port: that one
 * belongs to the operating system on the same name, whose HOST entry stands for HTTP as well.
 */
export function servicePrincipalsOf(fqdn: string): readonly string[] {
  return ports.map((port) => `HTTP/${fqdn}:${port}`);
}

/** The parts of a distinguished name, split at commas that are not escaped (RFC 4514). */
function partsOf(dn: string): readonly string[] {
  return dn.match(/(?:\\.|[^\\,])+/gs)?.map((part) => part.trim()) ?? [];
}

/** What a distinguished name lies in. */
export function parentOf(dn: string): string {
  return partsOf(dn).slice(1).join(',');
}

/** Whether `dn` lies directly or further down in `container`. */
export function liesIn(dn: string, container: string): boolean {
  const [inner, outer] = [partsOf(dn), partsOf(container)].map((parts) => parts.map((part) => part.toLowerCase()));
  if (!inner || !outer || outer.length === 0 || inner.length <= outer.length) return false;
  return outer.every((part, at) => part === inner[inner.length - outer.length + at]);
}

/** The base distinguished name of a domain: `corp.example.com` is `DC=corp,DC=example,DC=com` (RFC 2247). */
export function baseDnOf(domain: string): string {
  return domain
    .split('.')
    .map((part) => `DC=${part}`)
    .join(',');
}
