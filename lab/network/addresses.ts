/**
 * The consecutive loopback addresses of a fleet: one per device, as on a real subnet, so that a client which keys its
 * connections, locks or caches by address meets the same situation as in the field.
 *
 * @param first dotted IPv4 address in 127.0.0.0/8, e.g. `127.20.0.1`
 * @param count how many addresses; last octets 0 and 255 are left out
 * @throws RangeError when the first address is not in 127.0.0.0/8 or the range runs out of it
 */
export function loopbackAddresses(first: string, count: number): string[] {
  const octets = first.split('.').map(Number);
  if (octets.length !== 4 || octets[0] !== 127 || octets.some((o) => !Number.isInteger(o) || o < 0 || o > 255)) {
    throw new RangeError(`First address must lie in 127.0.0.0/8, found ${first}`);
  }
  const found: string[] = [];
  let next = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  while (found.length < count) {
    const last = next % 256;
    if (Math.floor(next / 2 ** 24) !== 127) throw new RangeError(`${count} addresses from ${first} leave 127.0.0.0/8`);
    if (last !== 0 && last !== 255) {
      found.push([24, 16, 8, 0].map((shift) => Math.floor(next / 2 ** shift) % 256).join('.'));
    }
    next += 1;
  }
  return found;
}
