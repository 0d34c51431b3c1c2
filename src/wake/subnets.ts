/** An IPv4 subnet. */
interface Subnet {
  readonly base: number;
  readonly mask: number;
}

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/** Most subnets of a site that are sent to when it is not known in which one the PC is. */
const mostSubnets = 16;

const numberOf = (address: string) => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
const textOf = (number: number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
const maskOf = (length: number) => (length === 0 ? 0 : (-1 << (32 - length)) >>> 0);
const broadcastOf = ({ base, mask }: Subnet) => textOf((base | ~mask) >>> 0);
const holds = ({ base, mask }: Subnet, address: number) => (address & mask) >>> 0 === base;

/** A subnet as it is written, `10.1.0.0/16`; null when it is none. */
export function parseSubnet(text: string): Subnet | null {
  const [address = '', length = '', ...more] = text.split('/');
  if (more.length > 0 || !ipv4.test(address) || !/^\d{1,2}$/.test(length) || Number(length) > 32) return null;
  const mask = maskOf(Number(length));
  return { base: (numberOf(address) & mask) >>> 0, mask };
}

/** The subnet of a PC, as text: one of the site's, else the one that the mask makes; null for a DNS name. Pure. */
export function subnetOf(
  host: string,
  { subnets, prefixLength }: { readonly subnets: readonly string[]; readonly prefixLength: number },
): string | null {
  if (!ipv4.test(host)) return null;
  const address = numberOf(host);
  const own = subnets.find((text) => {
    const subnet = parseSubnet(text);
    return subnet !== null && holds(subnet, address);
  });
  return own ?? `${textOf((address & maskOf(prefixLength)) >>> 0)}/${prefixLength}`;
}

/**
 * Where packets for a PC go: the broadcast address of its subnet and, with `unicast`, its own address. A PC known by a DNS name
 * alone may be in any subnet of its site. Pure.
 */
export function wakeAddresses(
  host: string,
  settings: { readonly subnets: readonly string[]; readonly prefixLength: number; readonly unicast: boolean },
): readonly string[] {
  const own = subnetOf(host, settings);
  const subnets = own === null ? settings.subnets.slice(0, mostSubnets) : [own];
  const broadcasts = subnets.flatMap((text) => {
    const subnet = parseSubnet(text);
    // A subnet of one or two addresses (RFC 3021) has no broadcast address.
    return subnet && ~subnet.mask >>> 0 > 1 ? [broadcastOf(subnet)] : [];
  });
  return [...broadcasts, ...(settings.unicast ? [host] : [])];
}
