/** A DNS name as names are compared: lower case, without the dot of the root. Pure. */
export function plainDnsName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** True for two spellings of one DNS name. Pure. */
export function isSameDnsName(a: string, b: string): boolean {
  return plainDnsName(a) === plainDnsName(b);
}
