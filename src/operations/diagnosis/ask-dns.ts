import type { Clock } from '../../ports/clock.ts';
import type { NetworkProbes } from '../../ports/network/network-probes.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import type { NameFinding } from '../../wake-causes/evidence.ts';
import { isIpAddress } from '../../wake-causes/ip-address.ts';

const nameMs = 2_000;

/** Asks DNS for the address of the PC's name and for the name of its address, 2 s each at most. */
export async function askDns(device: Device, probes: NetworkProbes, clock: Clock): Promise<NameFinding> {
  const hasAddress = isIpAddress(device.host);
  const name = hasAddress ? device.fqdn : device.host;
  const reverse = async (address: string | null) => (address === null ? null : probes.namesOf(address, nameMs));
  const forward = async () => (name === null ? null : probes.addressesOf(name, nameMs));
  if (hasAddress) {
    const [addresses, names] = await Promise.all([forward(), reverse(device.host)]);
    return { at: clock.now(), name, addresses, address: device.host, names };
  }
  const addresses = await forward();
  const address = addresses?.kind === 'found' ? (addresses.values[0] ?? null) : null;
  return { at: clock.now(), name, addresses, address, names: await reverse(address) };
}
