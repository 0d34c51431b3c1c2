import { createHmac, createPrivateKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { PkiError } from '../../../src/ports/pki.ts';
import { type ParsedCertificate, parseCertificate } from '../certificate-facts.ts';
import { childrenOf, DerError, type Element, elementsOf, expectTag, readOid, readWhole, tags } from '../der/read.ts';
import { oids } from '../oids.ts';
import { toDer } from './ber.ts';
import { type Budget, createBudget } from './budget.ts';
import { countOf, decrypt, derivePbkdf2, type PasswordForms, saltOf, unsupported } from './decrypt.ts';
import { derivePkcs12, digestBytes, type Pkcs12Hash, purposes } from './key-derivation.ts';

const largestBytes = 262_144;
const mostBags = 100;
const longestPassword = 1_024;

const contentTypes = { data: '1.2.840.113549.1.7.1', encryptedData: '1.2.840.113549.1.7.6' };
const bagTypes = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  nested: '1.2.840.113549.1.12.10.1.6',
};
const x509Certificate = '1.2.840.113549.1.9.22.1';

/** Hashes of the MAC (RFC 7292, 4; NIST). */
const macHashes: Readonly<Record<string, Pkcs12Hash>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Everything useful in a PKCS#12. Friendly names and key ids are not needed: what belongs together is proved by the key. */
export interface Pkcs12Content {
  readonly certificates: readonly ParsedCertificate[];
  readonly keys: readonly KeyObject[];
}

/**
 * Opens a PKCS#12 (RFC 7292): RC2 and 3DES as Windows makes it, PBES2 as OpenSSL 3 does, with and without a MAC. What it costs is
 * bounded. Rejects with PkiError.
 */
export async function openPkcs12(bytes: Uint8Array, password: string): Promise<Pkcs12Content> {
  if (bytes.length > largestBytes) throw new PkiError('pki_too_large', [`${bytes.length} bytes`]);
  if (password.length > longestPassword) throw new PkiError('pki_wrong_password', ['too long for a password']);
  const der = toDer(bytes);
  try {
    return await open(der, password);
  } catch (error) {
    if (error instanceof DerError) throw new PkiError('pki_not_pkcs12', [error.message], { cause: error });
    throw error;
  }
}

async function open(der: Buffer, password: string): Promise<Pkcs12Content> {
  const [version, authSafe, mac] = childrenOf(readWhole(der));
  if (expectTag(version, tags.integer).content.toString('hex') !== '03') throw new DerError('another version than 3');
  const safe = dataOf(expectTag(authSafe, tags.sequence));
  const budget = createBudget();
  const forms = await provedForms(mac, safe, password, budget);
  const found = { certificates: [] as ParsedCertificate[], keys: [] as KeyObject[], bags: 0 };
  for (const info of childrenOf(readWhole(safe))) {
    const content = await contentOf(info, forms, budget);
    await readBags(content, forms, budget, found);
  }
  return { certificates: distinct(found.certificates), keys: found.keys };
}

/** The form of the password whose MAC is right: an empty one is written in two ways. Without a MAC the first one. */
async function provedForms(
  mac: Element | undefined,
  safe: Buffer,
  password: string,
  budget: Budget,
): Promise<PasswordForms> {
  const narrow = Buffer.from(password, 'utf8');
  const wide = Buffer.from(`${password}\0`, 'utf16le').swap16();
  const all =
    password === ''
      ? [
          { wide, narrow },
          { wide: Buffer.alloc(0), narrow },
        ]
      : [{ wide, narrow }];
  if (!mac) return { wide, narrow };
  for (const forms of all) if (await macFits(mac, safe, forms, budget)) return forms;
  throw new PkiError('pki_wrong_password');
}

async function macFits(mac: Element, safe: Buffer, forms: PasswordForms, budget: Budget): Promise<boolean> {
  const [info, saltElement, count] = childrenOf(mac);
  const [algorithm, digest] = childrenOf(expectTag(info, tags.sequence));
  const [type, parameters] = childrenOf(expectTag(algorithm, tags.sequence));
  const wanted = expectTag(digest, tags.octetString).content;
  const name = readOid(type);
  if (name === oids.pbmac1) return pbmac1Fits(parameters, safe, wanted, forms.narrow, budget);
  const kind = macHashes[name];
  if (!kind) throw unsupported(name);
  const iterations = count ? countOf(count) : 1;
  budget.spend(iterations);
  const key = await derivePkcs12(kind, forms.wide, saltOf(saltElement), purposes.mac, iterations, digestBytes(kind));
  return same(createHmac(kind, key).update(safe).digest(), wanted);
}

/** PBMAC1 (RFC 9579), as newer OpenSSL can make it. */
async function pbmac1Fits(
  parameters: Element | undefined,
  safe: Buffer,
  wanted: Buffer,
  password: Buffer,
  budget: Budget,
): Promise<boolean> {
  const [derivation, scheme] = childrenOf(expectTag(parameters, tags.sequence));
  const [derivationType, derivationParameters] = childrenOf(expectTag(derivation, tags.sequence));
  if (readOid(derivationType) !== oids.pbkdf2) throw unsupported(readOid(derivationType));
  const name = readOid(childrenOf(expectTag(scheme, tags.sequence))[0]);
  const hash = { '1.2.840.113549.2.9': 'sha256', '1.2.840.113549.2.10': 'sha384', '1.2.840.113549.2.11': 'sha512' }[
    name
  ];
  if (!hash || wanted.length > 64) throw unsupported(name);
  const keyLength = countOf(childrenOf(expectTag(derivationParameters, tags.sequence))[2]);
  if (keyLength < 1 || keyLength > 64) throw new DerError('a MAC key of unfit length');
  const key = await derivePbkdf2(derivationParameters, password, keyLength, budget);
  return same(createHmac(hash, key).update(safe).digest(), wanted);
}

const same = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

/** Content of a ContentInfo of type data. */
function dataOf(info: Element): Buffer {
  const [type, holder] = childrenOf(info);
  if (readOid(type) !== contentTypes.data) throw unsupported(readOid(type));
  return expectTag(readWhole(expectTag(holder, 0xa0).content), tags.octetString).content;
}

async function contentOf(info: Element, forms: PasswordForms, budget: Budget): Promise<Buffer> {
  const [type, holder] = childrenOf(info);
  const name = readOid(type);
  if (name === contentTypes.data) return dataOf(info);
  if (name !== contentTypes.encryptedData) throw unsupported(name);
  const [, encrypted] = childrenOf(readWhole(expectTag(holder, 0xa0).content));
  const [, algorithm, data] = childrenOf(expectTag(encrypted, tags.sequence));
  // [0] in one piece, or constructed of several (BER).
  const pieces =
    data?.tag === 0xa0 ? [...elementsOf(data)].map(({ content }) => content) : [data?.content ?? Buffer.alloc(0)];
  return decrypt(algorithm, Buffer.concat(pieces), forms, budget);
}

interface Found {
  readonly certificates: ParsedCertificate[];
  readonly keys: KeyObject[];
  bags: number;
}

async function readBags(content: Buffer, forms: PasswordForms, budget: Budget, found: Found): Promise<void> {
  for (const bag of childrenOf(readWhole(toDer(content)))) {
    found.bags += 1;
    if (found.bags > mostBags) throw new PkiError('pki_too_large', [`more than ${mostBags} entries`]);
    const [type, holder] = childrenOf(bag);
    const { content: value } = expectTag(holder, 0xa0);
    const name = readOid(type);
    if (name === bagTypes.key) found.keys.push(keyOf(value));
    else if (name === bagTypes.shroudedKey) {
      const [algorithm, data] = childrenOf(readWhole(value));
      found.keys.push(keyOf(await decrypt(algorithm, expectTag(data, tags.octetString).content, forms, budget)));
    } else if (name === bagTypes.certificate) {
      const [kind, inner] = childrenOf(readWhole(value));
      if (readOid(kind) !== x509Certificate) continue;
      found.certificates.push(
        parseCertificate(expectTag(readWhole(expectTag(inner, 0xa0).content), tags.octetString).content),
      );
    } else if (name === bagTypes.nested) throw unsupported('nested SafeContents');
  }
}

function keyOf(pkcs8: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  } catch {
    // Without a cause: what was read is the key.
    throw new PkiError('pki_key_malformed');
  }
}

function distinct(certificates: readonly ParsedCertificate[]): readonly ParsedCertificate[] {
  return [...new Map(certificates.map((each) => [each.facts.hashes.sha256, each])).values()];
}
