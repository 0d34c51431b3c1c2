import { isIPv4 } from 'node:net';
import type { networkInterfaces } from 'node:os';
import { WakeError } from '../../src/ports/network/wake-on-lan.ts';

/** IPv4 as a number. */
const numberOf = (address: string) => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);

/** True when both are in the subnet that the mask makes. */
const inSameSubnet = (a: string, b: string, mask: string) =>
  isIPv4(b) && (numberOf(a) & numberOf(mask)) >>> 0 === (numberOf(b) & numberOf(mask)) >>> 0;

/**
 * The IPv4 address of the named interface; of several the one whose subnet `target` is in, else the first. Throws WakeError
 * `no_such_interface`, which says which interfaces there are.
 */
export function ownAddress(all: ReturnType<typeof networkInterfaces>, name: string, target: string): string {
  const addresses = (all[name] ?? []).filter(({ family }) => family === 'IPv4');
  const near = addresses.find(({ address, netmask }) => inSameSubnet(address, target, netmask));
  const [chosen] = near ? [near] : addresses;
  if (chosen) return chosen.address;
  const known = Object.entries(all).flatMap(([each, held]) =>
    (held ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => `${each} (${address})`),
  );
  const what = name in all ? `the interface ${name} has no IPv4 address` : `there is no interface ${name}`;
  throw new WakeError('no_such_interface', [`${what}; there are ${known.join(', ') || 'none'}`]);
}
