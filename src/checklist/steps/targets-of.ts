import type { Tally } from '../../ports/checklist/checklist-facts.ts';

/** The PCs by name while all of them are named, else their whole site. */
export const targetsOf = (tally: Tally, site: string): string =>
  tally.names.length === tally.count ? tally.names.join(' ') : `site:${site}`;
