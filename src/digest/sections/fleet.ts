import { fleetSection } from '../../messages/digest/fleet.ts';
import type { DigestSection } from '../digest-section.ts';

/** The fleet by AMT status, power and version. */
export const fleet: DigestSection = {
  name: 'fleet',
  heading: 'Fleet',
  async tell(store, { since, sites, timeZone }) {
    const { facts } = store.digests;
    const [now, before] = await Promise.all([facts.fleet(sites), facts.fleetAt(since, sites)]);
    return fleetSection({ now, before, timeZone });
  },
};
