import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../../src/ports/pki/certificate-facts.ts';
import { PkiError } from '../../src/ports/pki.ts';
import { childrenOf, type Element, elementsOf, expectTag, readOid, readText, readWhole, tags } from './der/read.ts';
import { oids, signatureHashes } from './oids.ts';

/** A certificate that is larger is no certificate. */
const largestBytes = 65_536;

/** A certificate taken apart, with the parts that are written into others. */
export interface ParsedCertificate {
  readonly facts: CertificateFacts;
  readonly x509: X509Certificate;
  /** DER of the subject's name and of the public key. */
  readonly subjectDer: Buffer;
  readonly publicKeyDer: Buffer;
  readonly subjectKeyIdentifier: Buffer | null;
  /** Bits as RFC 5280 4.2.1.3 counts them from 0; null: any use. */
  readonly keyUsage: ReadonlySet<number> | null;
}

/** Reads a certificate. Throws PkiError `pki_certificate_malformed`. */
export function parseCertificate(der: Uint8Array): ParsedCertificate {
  try {
    if (der.length > largestBytes) throw new Error('too large for a certificate');
    const bytes = Buffer.from(der);
    return parse(bytes, new X509Certificate(bytes));
  } catch (cause) {
    throw new PkiError('pki_certificate_malformed', [], { cause });
  }
}

function parse(der: Buffer, x509: X509Certificate): ParsedCertificate {
  const [tbs, algorithm] = childrenOf(readWhole(der));
  const all = childrenOf(expectTag(tbs, tags.sequence));
  const fields = all[0]?.tag === 0xa0 ? all.slice(1) : all;
  const [, , issuer, , subject, publicKey, ...rest] = fields;
  const extensions = extensionsOf(rest.find(({ tag }) => tag === 0xa3));
  const signature = readOid(childrenOf(expectTag(algorithm, tags.sequence))[0]);
  const names = nameParts(expectTag(subject, tags.sequence));
  const basic = extensions.get(oids.basicConstraints);
  const identifier = extensions.get(oids.subjectKeyIdentifier);
  const usage = extensions.get(oids.keyUsage);
  const eku = extensions.get(oids.extendedKeyUsage);
  const hash = (kind: string) => createHash(kind).update(der).digest('hex');
  return {
    x509,
    subjectDer: expectTag(subject, tags.sequence).raw,
    publicKeyDer: expectTag(publicKey, tags.sequence).raw,
    subjectKeyIdentifier: identifier ? expectTag(readWhole(identifier), tags.octetString).content : null,
    keyUsage: usage ? bitsOf(expectTag(readWhole(usage), tags.bitString).content) : null,
    facts: {
      der: new Uint8Array(der),
      subject: nameText(names),
      issuer: nameText(nameParts(expectTag(issuer, tags.sequence))),
      commonNames: valuesOf(names, oids.commonName),
      units: valuesOf(names, oids.organizationalUnit),
      dnsNames: dnsNamesOf(extensions.get(oids.subjectAltName)),
      serial: x509.serialNumber.replace(/^0+(?=.)/, ''),
      notBefore: new Date(x509.validFrom),
      notAfter: new Date(x509.validTo),
      ...keyOf(x509.publicKey),
      signatureHash: signatureHashes[signature] ?? signature,
      extendedKeyUsage: eku ? childrenOf(readWhole(eku)).map(readOid) : null,
      isCa: basic
        ? childrenOf(readWhole(basic)).some(({ tag, content }) => tag === tags.boolean && content[0] !== 0)
        : false,
      selfSigned: x509.subject === x509.issuer && x509.verify(x509.publicKey),
      hashes: { sha1: hash('sha1'), sha256: hash('sha256'), sha384: hash('sha384') },
      crlUrls: crlUrlsOf(extensions.get(oids.crlDistributionPoints)),
    },
  };
}

/** Values of extensions by their object identifier. */
export function extensionsOf(holder: Element | undefined): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  if (!holder) return found;
  for (const each of childrenOf(readWhole(holder.content))) {
    const parts = childrenOf(each);
    found.set(readOid(parts[0]), expectTag(parts.at(-1), tags.octetString).content);
  }
  return found;
}

interface NamePart {
  readonly type: string;
  readonly value: string;
}

function nameParts(name: Element): readonly NamePart[] {
  return childrenOf(name).flatMap((set) =>
    childrenOf(set, tags.set).map((pair) => {
      const [type, value] = childrenOf(pair);
      if (!value) throw new Error('a name without a value');
      return { type: readOid(type), value: readText(value) };
    }),
  );
}

const shortNames: Readonly<Record<string, string>> = {
  [oids.commonName]: 'CN',
  [oids.organizationalUnit]: 'OU',
  [oids.organization]: 'O',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '0.9.2342.19200300.100.1.25': 'DC',
};

const nameText = (parts: readonly NamePart[]): string =>
  parts.map(({ type, value }) => `${shortNames[type] ?? type}=${value.replace(/[\p{Cc}\p{Cf}]/gu, '?')}`).join(', ');

const valuesOf = (parts: readonly NamePart[], type: string): readonly string[] =>
  parts.filter((part) => part.type === type).map(({ value }) => value);

function dnsNamesOf(value: Buffer | undefined): readonly string[] {
  if (!value) return [];
  return childrenOf(readWhole(value))
    .filter(({ tag }) => tag === 0x82)
    .map(({ content }) => content.toString('latin1'));
}

/** DistributionPoint: [0] distributionPoint: [0] fullName: GeneralNames; a URI is [6] (RFC 5280, 4.2.1.13). */
function crlUrlsOf(value: Buffer | undefined): readonly string[] {
  if (!value) return [];
  const inside = (element: Element, tag: number) => [...elementsOf(element)].filter((each) => each.tag === tag);
  return childrenOf(readWhole(value))
    .flatMap((point) => inside(point, 0xa0))
    .flatMap((name) => inside(name, 0xa0))
    .flatMap((full) => inside(full, 0x86))
    .map(({ content }) => content.toString('latin1'));
}

function bitsOf(content: Buffer): ReadonlySet<number> {
  const bits = new Set<number>();
  for (const [at, octet] of content.subarray(1).entries())
    for (let bit = 0; bit < 8; bit += 1) if (octet & (0x80 >> bit)) bits.add(at * 8 + bit);
  return bits;
}

const curveBits: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

/** Kind and size of a key. */
export function keyOf(key: KeyObject): Pick<CertificateFacts, 'keyType' | 'keyBits'> {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  return { keyType: key.asymmetricKeyType ?? 'unknown', keyBits: modulusLength ?? curveBits[namedCurve ?? ''] ?? null };
}

/** The certificates of PEM text, in its order. Throws PkiError when there is none or one is malformed. */
export function certificatesOfPem(text: string): readonly ParsedCertificate[] {
  const blocks = [...text.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)];
  if (blocks.length === 0) throw new PkiError('pki_no_certificate');
  return blocks.map(([, base64 = '']) => parseCertificate(Buffer.from(base64, 'base64')));
}
