import { readOpenReviews } from '../../approvals/review-facts.ts';
import { breakGlassSection } from '../../messages/digest/break-glass.ts';
import type { DigestSection } from '../digest-section.ts';

const mostReviews = 200;

/** Where glass was broken and nobody else has signed it off: told again in each digest until somebody has. Of all sites, as approvals are. */
export const breakGlass: DigestSection = {
  name: 'break-glass',
  heading: 'Break-glass',
  async tell(store, { nameOf, timeZone, since }) {
    return breakGlassSection({ open: await readOpenReviews(store, mostReviews), nameOf, timeZone, since });
  },
};
