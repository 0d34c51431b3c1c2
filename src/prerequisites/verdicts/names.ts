import { plainDnsName } from '../../inventory/dns-name.ts';
import { firstLines, pcs, type Verdict, verdict } from '../verdict.ts';

/** Names of the PCs of a site, and what they should lie in. */
export interface NamesEvidence {
  /** Every PC; null: it has no full name. */
  readonly names: readonly { readonly device: string; readonly fqdn: string | null }[];
  /** DNS suffixes of the site; empty: not described. */
  readonly suffixes: readonly string[];
  /** DNS names of the Active Directory domains; empty: none is configured. */
  readonly domains: readonly string[];
}

/** True when the name lies in the zone: equal, or below it at a dot. */
export const liesIn = (name: string, zone: string): boolean =>
  name === zone || name.endsWith(`.${zone.replace(/^\./, '')}`);

/**
 * Judges whether the names of the PCs are in one piece with the site and the forest. A PC in a suffix that no domain holds is in a
 * disjoint name space, which Microsoft's out of band management does not support.
 */
export function judgeContiguity({ names, suffixes, domains }: NamesEvidence): Verdict {
  if (names.length === 0) return verdict.notApplicable('the inventory has no PC in this site');
  const groups = [suffixes, domains].filter((group) => group.length > 0);
  if (groups.length === 0) return verdict.unknown('not_described', 'neither network.dnsSuffixes nor directory.domains');
  const outside = names.filter(({ fqdn }) => {
    if (fqdn === null) return false;
    const name = plainDnsName(fqdn);
    return !groups.every((group) => group.some((zone) => name !== zone && liesIn(name, zone)));
  });
  const missing = names.filter(({ fqdn }) => fqdn === null);
  const zones = `in: ${groups.map((group) => group.join(' or ')).join(', and in: ')}`;
  if (outside.length > 0)
    return verdict.fail('name_outside', ...firstLines(outside.map(({ fqdn, device }) => `${device}: ${fqdn}`)), zones);
  if (missing.length > 0)
    return verdict.warn('name_missing', ...firstLines(missing.map(({ device }) => `${device}: no full name`)));
  return verdict.pass(`${pcs(names.length)} ${zones}`);
}
