import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { PkiError } from '../../../src/ports/pki.ts';
import { childrenOf, expectTag, readOid, readWhole, tags } from '../der/read.ts';
import { signatureHashes } from '../oids.ts';

/** A certificate request of which only the key counts. */
export interface ReadRequest {
  readonly publicKey: KeyObject;
  readonly publicKeyDer: Buffer;
}

const largestBytes = 16_384;
const trustedHashes = new Set(['sha1', 'sha256', 'sha384', 'sha512']);

/**
 * Reads a PKCS#10 (RFC 2986) and proves that its sender has the private key. SHA-1 is taken: old firmware signs with nothing else,
 * and the signature proves no more than possession. Throws PkiError.
 */
export function readRequest(bytes: Uint8Array): ReadRequest {
  if (bytes.length > largestBytes) throw new PkiError('pki_too_large', [`${bytes.length} bytes`]);
  let read: ReadRequest & { readonly signed: boolean };
  try {
    const [info, algorithm, signature] = childrenOf(readWhole(Buffer.from(bytes)));
    const [, , key] = childrenOf(expectTag(info, tags.sequence));
    const publicKeyDer = expectTag(key, tags.sequence).raw;
    const publicKey = createPublicKey({ key: publicKeyDer, format: 'der', type: 'spki' });
    const hash = signatureHashes[readOid(childrenOf(expectTag(algorithm, tags.sequence))[0])] ?? '';
    const octets = expectTag(signature, tags.bitString).content.subarray(1);
    const signed = trustedHashes.has(hash) && verify(hash, expectTag(info, tags.sequence).raw, publicKey, octets);
    read = { publicKey, publicKeyDer, signed };
  } catch (cause) {
    throw new PkiError('pki_request_malformed', [], { cause });
  }
  if (!read.signed) throw new PkiError('pki_request_signature');
  return read;
}
