/** The domain that a full DNS name lies in: of several the closest one. Null when none covers it. Pure. */
export function domainOf<T extends { readonly dnsName: string }>(fqdn: string, domains: readonly T[]): T | null {
  const name = fqdn.toLowerCase();
  const covering = domains.filter(({ dnsName }) => name.endsWith(`.${dnsName.toLowerCase()}`));
  return covering.reduce<T | null>(
    (best, each) => (best === null || each.dnsName.length > best.dnsName.length ? each : best),
    null,
  );
}
