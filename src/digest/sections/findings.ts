import { findingsSection } from '../../messages/digest/findings.ts';
import type { DigestSection } from '../digest-section.ts';
import { foldedSites } from '../folded-sites.ts';

/** What devices recorded and the service did not do, or the other way round, and nobody has answered for. */
export const findings: DigestSection = {
  name: 'findings',
  heading: 'Device logs',
  async tell(store, { since, until, sites, timeZone }) {
    const isMeant = foldedSites(sites);
    const found = await store.findings.openFindings(new Date(0));
    const open = found.filter(({ site, foundAt }) => isMeant(site) && foundAt < until);
    return findingsSection(open, since, timeZone);
  },
};
