/** Addresses of the site: in a network namespace of its own nobody else has them. */
export const place = {
  domain: 'lab.test',
  site: 'lyon',
  /** Of the first PC; the others follow. */
  firstPc: '127.24.190.1',
  pcs: 20,
  domainController: '127.24.199.10',
  dns: '127.24.199.53',
  time: '127.24.199.123',
  radius: '127.24.199.18',
  /** Where the operator's web server has the revocation lists. */
  web: '127.24.199.80',
  /** What the name ProvisionServer points to: the service, on its side of the cable to the DHCP server. PCs do not reach a loopback. */
  hello: '10.79.0.2',
  dhcp: '10.79.0.1',
  helloPort: 9_971,
  consolePort: 8_080,
  publicPort: 3_000,
} as const;

/** Every generation that the service sets up, oldest first; the PCs take them in turn. */
export const personas: readonly string[] = [
  'amt-9.1',
  'amt-10.0',
  'amt-11.8',
  'amt-12.0',
  'amt-14.1',
  'amt-15.0',
  'amt-16.0',
  'amt-16.1',
  'amt-18.0',
  'amt-19.0',
];

/** One PC of the site. */
export interface SitePc {
  readonly name: string;
  readonly fqdn: string;
  readonly address: string;
  readonly persona: string;
}

/** All of them, host1 first. */
export const sitePcs: readonly SitePc[] = Array.from({ length: place.pcs }, (_, index) => ({
  name: `host${index + 1}`,
  fqdn: `host${index + 1}.${place.domain}`,
  address: place.firstPc.replace(/\d+$/, (first) => String(Number(first) + index)),
  persona: personas[index % personas.length] ?? '',
}));
