import type { Sites } from '../ports/digests/digest-store.ts';

/** Whether a site is meant; names are compared without regard to case. Pure. */
export function foldedSites(sites: Sites): (site: string) => boolean {
  const fold = (site: string) => site.normalize('NFC').toLowerCase();
  const meant = sites && new Set(sites.map(fold));
  return (site) => meant === null || meant.has(fold(site));
}
