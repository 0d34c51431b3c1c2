import type { BringNetworkAccess } from '../../operations/site/mend-drift.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import { createKeptFacts } from '../kept-facts.ts';
import { createBringNetworkAccess, type NetworkAccessDeps } from './bring-network-access.ts';

/** Gives PCs 802.1X outside of their set-up; what is known of their certificates stands in their records. */
export function createKeptNetworkAccess(
  records: Parameters<typeof createKeptFacts>[0],
  deps: NetworkAccessDeps,
): (device: Device) => BringNetworkAccess {
  const facts = createKeptFacts(records);
  return (device) => async (session, access) => {
    const kept = (found: Readonly<Record<string, string>>) => facts.keep(device.id, found);
    return createBringNetworkAccess({ device, facts: await facts.of(device.id), kept }, deps)(session, access);
  };
}
