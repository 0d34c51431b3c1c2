import { certificatesSection } from '../../messages/digest/attention.ts';
import type { DigestSection } from '../digest-section.ts';

const withinDays = 30;
const dayMs = 24 * 60 * 60_000;
const mostRows = 1_000;

/** Certificates of PCs that end soon, as the last status reads saw them and as this service issued them. */
export const certificates: DigestSection = {
  name: 'certificates',
  heading: 'Certificates',
  async tell(store, { until, sites }) {
    const end = new Date(until.getTime() + withinDays * dayMs);
    return certificatesSection({
      ending: await store.digests.facts.certificates(end, sites, mostRows),
      withinDays,
      now: until,
    });
  },
};
