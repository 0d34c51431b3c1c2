import { type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { tags } from './der/read.ts';
import { element, oid, sequence } from './der/write.ts';

const signAsync = promisify(
  (hash: string, data: Uint8Array, key: KeyObject, done: (error: Error | null, signature: Buffer) => void) =>
    sign(hash, data, key, done),
);

const algorithms: Readonly<Record<string, readonly [string, Buffer]>> = {
  rsa: ['sha256', sequence(oid('1.2.840.113549.1.1.11'), element(tags.null))],
  prime256v1: ['sha256', sequence(oid('1.2.840.10045.4.3.2'))],
  secp384r1: ['sha384', sequence(oid('1.2.840.10045.4.3.3'))],
};

/** How this key signs: the hash, and DER of the AlgorithmIdentifier; null when it is no key for certificates here. */
export function signatureOf(key: KeyObject): { readonly hash: string; readonly algorithm: Buffer } | null {
  const kind = key.asymmetricKeyType === 'ec' ? key.asymmetricKeyDetails?.namedCurve : key.asymmetricKeyType;
  const [hash, algorithm] = algorithms[kind ?? ''] ?? [];
  return hash && algorithm ? { hash, algorithm } : null;
}

/** Signs DER; the key must be one of those of `signatureOf`. */
export async function signBy(
  key: KeyObject,
  data: Buffer,
): Promise<{ readonly algorithm: Buffer; readonly octets: Buffer }> {
  const way = signatureOf(key);
  if (!way) throw new TypeError('a key that does not sign certificates');
  return { algorithm: way.algorithm, octets: await signAsync(way.hash, data, key) };
}
