import { createDecipheriv, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { PkiError } from '../../../src/ports/pki.ts';
import { childrenOf, type Element, expectTag, readOid, tags } from '../der/read.ts';
import { oids } from '../oids.ts';
import type { Budget } from './budget.ts';
import { derivePkcs12, purposes } from './key-derivation.ts';

/** A password in the two forms that files want: UTF-16 with an ending zero, and UTF-8. */
export interface PasswordForms {
  readonly wide: Buffer;
  readonly narrow: Buffer;
}

const pbkdf2Async = promisify(pbkdf2);

/** PRFs of PBKDF2 (RFC 8018, B.1). */
const prfs: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

/** Ciphers of PBES2 and their key sizes in octets. */
const ciphers: Readonly<Record<string, readonly [string, number]>> = {
  '2.16.840.1.101.3.4.1.2': ['aes-128-cbc', 16],
  '2.16.840.1.101.3.4.1.22': ['aes-192-cbc', 24],
  '2.16.840.1.101.3.4.1.42': ['aes-256-cbc', 32],
  '1.2.840.113549.3.7': ['des-ede3-cbc', 24],
};

/** Old algorithms of PKCS#12 (RFC 7292, appendix C): key size in octets, and whether it is RC2. */
const legacy: Readonly<Record<string, { readonly bytes: number; readonly rc2: boolean }>> = {
  '1.2.840.113549.1.12.1.3': { bytes: 24, rc2: false },
  '1.2.840.113549.1.12.1.4': { bytes: 16, rc2: false },
  '1.2.840.113549.1.12.1.5': { bytes: 16, rc2: true },
  '1.2.840.113549.1.12.1.6': { bytes: 5, rc2: true },
};

/** Decrypts by the algorithm that the file names. Rejects with PkiError: wrong password (the padding shows it), unknown algorithm. */
export async function decrypt(
  algorithm: Element | undefined,
  data: Buffer,
  password: PasswordForms,
  budget: Budget,
): Promise<Buffer> {
  const [type, parameters] = childrenOf(expectTag(algorithm, tags.sequence));
  const name = readOid(type);
  const old = legacy[name];
  if (old) return decryptLegacy(old, parameters, data, password.wide, budget);
  if (name === oids.pbes2) return decryptPbes2(parameters, data, password.narrow, budget);
  throw unsupported(name);
}

async function decryptLegacy(
  { bytes, rc2 }: { readonly bytes: number; readonly rc2: boolean },
  parameters: Element | undefined,
  data: Buffer,
  password: Buffer,
  budget: Budget,
): Promise<Buffer> {
  const [saltElement, count] = childrenOf(expectTag(parameters, tags.sequence));
  const salt = saltOf(saltElement);
  const iterations = countOf(count);
  budget.spend(iterations * 2);
  const key = await derivePkcs12('sha1', password, salt, purposes.key, iterations, bytes);
  const iv = await derivePkcs12('sha1', password, salt, purposes.iv, iterations, 8);
  if (rc2) return decryptRc2(key, iv, data);
  // Two keys of 3DES: the first one is used again.
  return decipher('des-ede3-cbc', bytes === 24 ? key : Buffer.concat([key, key.subarray(0, 8)]), iv, data);
}

async function decryptPbes2(
  parameters: Element | undefined,
  data: Buffer,
  password: Buffer,
  budget: Budget,
): Promise<Buffer> {
  const [derivation, scheme] = childrenOf(expectTag(parameters, tags.sequence));
  const [derivationType, derivationParameters] = childrenOf(expectTag(derivation, tags.sequence));
  if (readOid(derivationType) !== oids.pbkdf2) throw unsupported(readOid(derivationType));
  const [schemeType, ivElement] = childrenOf(expectTag(scheme, tags.sequence));
  const cipher = ciphers[readOid(schemeType)];
  if (!cipher) throw unsupported(readOid(schemeType));
  const [name, bytes] = cipher;
  const key = await derivePbkdf2(derivationParameters, password, bytes, budget);
  return decipher(name, key, expectTag(ivElement, tags.octetString).content, data);
}

/** PBKDF2 by its parameters in a file (RFC 8018, A.2). */
export async function derivePbkdf2(
  parameters: Element | undefined,
  password: Buffer,
  bytes: number,
  budget: Budget,
): Promise<Buffer> {
  const [salt, count, ...more] = childrenOf(expectTag(parameters, tags.sequence));
  const prf = more.find(({ tag }) => tag === tags.sequence);
  const prfName = prf ? readOid(childrenOf(prf)[0]) : '1.2.840.113549.2.7';
  const hash = prfs[prfName];
  if (!hash) throw unsupported(prfName);
  const iterations = countOf(count);
  budget.spend(iterations);
  return pbkdf2Async(password, saltOf(salt), iterations, bytes, hash);
}

/** A salt of reasonable length. */
export function saltOf(element: Element | undefined): Buffer {
  const { content } = expectTag(element, tags.octetString);
  if (content.length > 1_024) throw new PkiError('pki_not_pkcs12', ['a salt of unfit length']);
  return content;
}

/** A count of iterations; one too large to write in 6 octets counts as endless. */
export function countOf(element: Element | undefined): number {
  const { content } = expectTag(element, tags.integer);
  if (content.length === 0 || (content[0] ?? 0) >= 0x80) return 0;
  return content.length > 6 ? Number.MAX_SAFE_INTEGER / 4 : content.readUIntBE(0, content.length);
}

function decipher(name: string, key: Buffer, iv: Buffer, data: Buffer): Buffer {
  try {
    const cipher = createDecipheriv(name, key, iv);
    return Buffer.concat([cipher.update(data), cipher.final()]);
  } catch (cause) {
    throw new PkiError('pki_wrong_password', [], { cause });
  }
}

/** OpenSSL 3 has RC2 no more; Windows still makes such files. */
function decryptRc2(key: Buffer, iv: Buffer, data: Buffer): Buffer {
  const cipher = forge.rc2.createDecryptionCipher(key.toString('latin1'), key.length * 8);
  cipher.start(iv.toString('latin1'));
  cipher.update(forge.util.createBuffer(data.toString('latin1')));
  if (data.length === 0 || data.length % 8 !== 0 || !cipher.finish()) throw new PkiError('pki_wrong_password');
  return Buffer.from(cipher.output.getBytes(), 'latin1');
}

/** An algorithm that is not known here. */
export const unsupported = (name: string): PkiError => new PkiError('pki_unsupported_algorithm', [name]);
