import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import type { CertificateOrder, CertificatePurpose } from '../../../src/ports/pki/issuer.ts';
import { PkiError } from '../../../src/ports/pki.ts';
import { keyOf, type ParsedCertificate, parseCertificate } from '../certificate-facts.ts';
import { childrenOf, readWhole, tags } from '../der/read.ts';
import { bitString, context, element, extension, implicit, integer, oid, sequence, time } from '../der/write.ts';
import { nameDer } from '../name.ts';
import { oids } from '../oids.ts';
import { readRequest } from '../request/read-request.ts';
import { signatureOf, signBy } from '../sign.ts';

/** What is the same in all certificates of an authority. */
export interface IssuePolicy {
  /** Days that a certificate is valid, by its purpose. */
  readonly days: Readonly<Record<CertificatePurpose, number>>;
  /** Address of the revocation list; null: none is named. */
  readonly crlUrl: string | null;
}

const dayMs = 86_400_000;
/** Clocks of devices differ. */
const backdateMs = 3_600_000;
/** ub-common-name of RFC 5280, appendix A.1. */
const longestName = 64;
/** Key sizes that firmware makes (AMT_PublicKeyManagementService); 802.1X clients have 2048 at most. */
const keySizes: Readonly<Record<CertificatePurpose, readonly number[]>> = {
  device_tls: [2_048, 3_072],
  network_client: [2_048],
};
const purposes: Readonly<Record<CertificatePurpose, string>> = {
  device_tls: oids.serverAuth,
  network_client: oids.clientAuth,
};

/** 16 octets, positive and never short: 126 random bits. Provisioning records of AMT have room for 16. */
export function newSerial(): string {
  const octets = randomBytes(16);
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40;
  return octets.toString('hex').toUpperCase();
}

/** Signs a certificate for the key of the request; nothing else of the request is taken over. Rejects with PkiError. */
export async function issue(
  order: CertificateOrder,
  authority: ParsedCertificate,
  key: KeyObject,
  { days, crlUrl }: IssuePolicy,
  now: Date,
): Promise<ParsedCertificate> {
  const name = fitName(order.name);
  const request = readRequest(order.request);
  const { keyType, keyBits } = keyOf(request.publicKey);
  const exponent = request.publicKey.asymmetricKeyDetails?.publicExponent ?? 0n;
  if (keyType !== 'rsa' || !keySizes[order.purpose].includes(keyBits ?? 0) || exponent < 65_537n)
    throw new PkiError('pki_key_unfit', [`${keyType} ${keyBits ?? '?'}`]);
  if (request.publicKeyDer.equals(authority.publicKeyDer))
    throw new PkiError('pki_key_unfit', ["the authority's own key"]);
  const end = Math.min(now.getTime() + days[order.purpose] * dayMs, authority.facts.notAfter.getTime());
  if (end < now.getTime() + dayMs || authority.facts.notBefore > now)
    throw new PkiError('pki_ca_expired', [`it ends ${authority.facts.notAfter.toISOString()}`]);
  const begin = Math.max(now.getTime() - backdateMs, authority.facts.notBefore.getTime());
  const tbsOf = (algorithm: Buffer) =>
    sequence(
      context(0, integer(2)),
      integer(Buffer.from(order.serial ?? newSerial(), 'hex')),
      algorithm,
      authority.subjectDer,
      sequence(time(new Date(begin)), time(new Date(end))),
      nameDer([{ type: 'commonName', value: name }]),
      request.publicKeyDer,
      context(3, sequence(...extensionsFor(order, name, request.publicKeyDer, authority, crlUrl))),
    );
  return parseCertificate(await signed(tbsOf, key));
}

/** What is signed, its algorithm and the signature, as certificates and lists are made of. `tbsOf` gets the AlgorithmIdentifier. */
export async function signed(tbsOf: (algorithm: Buffer) => Buffer, key: KeyObject): Promise<Buffer> {
  const way = signatureOf(key);
  if (!way)
    throw new PkiError('pki_ca_unfit', [
      `a key of type ${key.asymmetricKeyType ?? 'unknown'} signs no certificates here`,
    ]);
  const tbs = tbsOf(way.algorithm);
  const { algorithm, octets } = await signBy(key, tbs);
  return sequence(tbs, algorithm, bitString(octets));
}

function extensionsFor(
  { purpose, userPrincipalName }: CertificateOrder,
  name: string,
  publicKeyDer: Buffer,
  authority: ParsedCertificate,
  crlUrl: string | null,
): readonly Buffer[] {
  const alternative =
    purpose === 'network_client' && userPrincipalName !== null
      ? principalName(userPrincipalName)
      : implicit(2, Buffer.from(name, 'latin1'));
  return [
    extension(oids.basicConstraints, sequence(), true),
    // digitalSignature and keyEncipherment; a client only signs.
    extension(
      oids.keyUsage,
      element(tags.bitString, purpose === 'device_tls' ? Buffer.from([5, 0xa0]) : Buffer.from([7, 0x80])),
      true,
    ),
    extension(oids.extendedKeyUsage, sequence(oid(purposes[purpose]))),
    extension(oids.subjectAltName, sequence(alternative)),
    extension(oids.subjectKeyIdentifier, element(tags.octetString, keyIdentifier(publicKeyDer))),
    authorityKeyIdentifier(authority),
    ...(crlUrl === null
      ? []
      : [
          extension(
            oids.crlDistributionPoints,
            sequence(sequence(context(0, context(0, implicit(6, Buffer.from(crlUrl, 'latin1')))))),
          ),
        ]),
  ];
}

/** Identifier of a key as RFC 5280 4.2.1.2 (1) makes it: SHA-1 of the key's bit string. */
export function keyIdentifier(publicKeyDer: Buffer): Buffer {
  const bits = childrenOf(readWhole(publicKeyDer))[1]?.content.subarray(1) ?? Buffer.alloc(0);
  return createHash('sha1').update(bits).digest();
}

/** The extension that names the authority's key; the same in certificates and lists. */
export function authorityKeyIdentifier(authority: ParsedCertificate): Buffer {
  const identifier = authority.subjectKeyIdentifier ?? keyIdentifier(authority.publicKeyDer);
  return extension(oids.authorityKeyIdentifier, sequence(implicit(0, identifier)));
}

function principalName(name: string): Buffer {
  if (!/^[^\s@\p{Cc}]{1,128}@[A-Za-z0-9.-]{1,253}$/u.test(name))
    throw new PkiError('pki_name_unfit', [name.slice(0, 100)]);
  return context(0, oid(oids.userPrincipalName), context(0, element(tags.utf8String, Buffer.from(name, 'utf8'))));
}

function fitName(given: string): string {
  const name = given.toLowerCase();
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  if (name.length > longestName || !new RegExp(`^${label}(?:\\.${label})+$`).test(name) || /\.\d+$/.test(name))
    throw new PkiError('pki_name_unfit', [given.slice(0, 100)]);
  return name;
}
