/** The largest range that can be scanned at once: a /16. */
const mostAddresses = 65_536;

/** An IPv4 range. */
export interface AddressRange {
  readonly first: number;
  readonly size: number;
}

const ipv4 = /^(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
const numberOf = (address: string) => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);

/** Reads `10.1.0.0/22`, or one address. Null when it is none, when it does not begin where a range of that size does, or is above a /16. Pure. */
export function parseRange(text: string): AddressRange | null {
  const [address = '', length = '32', ...more] = text.split('/');
  if (more.length > 0 || !ipv4.test(address) || !/^\d{1,2}$/.test(length) || Number(length) > 32) return null;
  const size = 2 ** (32 - Number(length));
  const first = numberOf(address);
  return size > mostAddresses || first % size !== 0 ? null : { first, size };
}

/** `count` addresses of a range from `from` on. Pure. */
export function addressesOf({ first, size }: AddressRange, from: number, count: number): readonly string[] {
  const last = Math.min(size, from + count);
  return Array.from({ length: Math.max(0, last - from) }, (_, at) => {
    const number = first + from + at;
    return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
  });
}

/** True when `inner` lies in `outer`. Pure. */
export function liesIn(inner: AddressRange, outer: AddressRange): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}
