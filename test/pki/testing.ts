import { createOwnAuthority } from '../../adapters/pki/index.ts';
import type { OwnAuthority, RevokedCertificate } from '../../src/ports/pki/issuer.ts';
import { authority as authorityExtensions, type Workshop } from './openssl.ts';

/** The error that the work ends with; null: it did not fail. */
export const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

/** Makes the authority `ca` in the workshop, if it is not there, and opens it. */
export async function openAuthority(
  workshop: Workshop,
  more: { readonly now?: () => Date; readonly name?: string; readonly crlUrl?: string } = {},
): Promise<OwnAuthority> {
  const { name = 'ca', now = () => new Date(), crlUrl = 'http://pki.example.com/crl.der' } = more;
  const [certificates, key] = await Promise.all([workshop.read(`${name}.pem`), workshop.read(`${name}.key`)]);
  return createOwnAuthority({
    source: { kind: 'pem', certificates: certificates.toString(), key: key.toString(), password: null },
    policy: { days: { device_tls: 365, network_client: 300 }, crlUrl },
    now,
  });
}

/** The authority's certificate and key in the workshop. */
export const makeAuthority = (workshop: Workshop, more: object = {}): Promise<void> =>
  workshop.make({
    name: 'ca',
    subject: '/O=Lab/CN=Lab Device CA',
    extensions: authorityExtensions,
    days: 3650,
    ...more,
  });

/** DER of a PKCS#10 by OpenSSL, as a device would make one. */
export async function requestOf(workshop: Workshop, name: string, bits = 2048, ...options: string[]): Promise<Buffer> {
  await workshop.run(
    'req',
    '-new',
    '-newkey',
    `rsa:${bits}`,
    '-nodes',
    '-keyout',
    `${name}.key`,
    '-subj',
    '/CN=whoever.evil.test',
    '-outform',
    'DER',
    '-out',
    `${name}.csr`,
    ...options,
  );
  return workshop.read(`${name}.csr`);
}

/** A list of these, valid for 7 days. */
export const listOf = (authority: OwnAuthority, revoked: readonly RevokedCertificate[], number = 1) => {
  const now = Date.now();
  return authority.signList({
    number,
    thisUpdate: new Date(now - 60_000),
    nextUpdate: new Date(now + 7 * 86_400_000),
    revoked,
  });
};
