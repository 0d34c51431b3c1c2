import { checklistOf } from '../../checklist/checklist-of.ts';
import { checklistSection } from '../../messages/digest/checklists.ts';
import type { PageLinks } from '../../messages/page-address.ts';
import type { DigestSection } from '../digest-section.ts';
import { foldedSites } from '../folded-sites.ts';

/** The checklist of each site, what changed since yesterday first. */
export const checklistsWith = (links: PageLinks | undefined): DigestSection => ({
  name: 'checklist',
  heading: 'Checklist',
  async tell(store, { since, until, sites, timeZone }) {
    const isMeant = foldedSites(sites);
    const meant = (await store.inventory.summary()).map(({ site }) => site).filter(isMeant);
    const all = await Promise.all(meant.map((site) => checklistOf(store, site, until, since)));
    return checklistSection(all, timeZone, links);
  },
});
