import { newHostsSection } from '../../messages/digest/new-hosts.ts';
import type { DigestSection } from '../digest-section.ts';

const mostRows = 200;

/** PCs that said hello and are in no inventory. They are of no site yet, so every digest tells of all. */
export const newHosts: DigestSection = {
  name: 'new-pcs',
  heading: 'New PCs',
  async tell(store, { since, until, timeZone }) {
    return newHostsSection(await store.hellos.overview(mostRows), { since, until }, timeZone);
  },
};
