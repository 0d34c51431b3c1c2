/** True for an IPv4 or IPv6 address as the inventory writes it; a name has neither shape. */
export function isIpAddress(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}

/** The first three octets with their dot, `10.1.2.`; null for anything but IPv4. Subnets of PCs are taken to be /24. */
export function subnetPrefix(address: string): string | null {
  return /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.)\d{1,3}$/.exec(address)?.[1] ?? null;
}
