import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { bits, der, oid, sequence } from '../../tls/der.ts';

/** Signature algorithms by SigningAlgorithm of GeneratePKCS10RequestEx `[class model]`; identifiers: RFC 8017. */
const algorithms = [
  { hash: 'sha1', identifier: '1.2.840.113549.1.1.5' },
  { hash: 'sha256', identifier: '1.2.840.113549.1.1.11' },
  { hash: 'sha384', identifier: '1.2.840.113549.1.1.12' },
] as const;

/** Why a request was not signed. */
type Problem = 'malformed' | 'other-key' | 'unknown-algorithm';

/**
 * Signs a certification request (RFC 2986) that came with an empty signature: its information part stays letter by
 * letter, algorithm and signature are the device's.
 *
 * @param unsigned DER
 */
export function signRequest(unsigned: Buffer, key: KeyObject, signingAlgorithm: number): Buffer | Problem {
  const algorithm = algorithms[signingAlgorithm];
  if (!algorithm) return 'unknown-algorithm';
  const outer = elementAt(unsigned, 0);
  const information =
    outer && outer.tag === 0x30 && outer.end === unsigned.length ? elementAt(unsigned, outer.content) : undefined;
  if (!outer || !information || information.tag !== 0x30 || information.end > outer.end) return 'malformed';
  const subjectKey = subjectKeyOf(unsigned, information);
  if (!subjectKey) return 'malformed';
  if (!subjectKey.equals(createPublicKey(key).export({ format: 'der', type: 'spki' }))) return 'other-key';
  const toBeSigned = unsigned.subarray(information.start, information.end);
  const identifier = sequence(oid(algorithm.identifier), der(0x05));
  return sequence(toBeSigned, identifier, bits(sign(algorithm.hash, toBeSigned, key)));
}

/** Place of one element: where it begins, where its content begins, where it ends. */
interface Element {
  readonly tag: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** The element that begins there; undefined when it does not fit. */
function elementAt(bytes: Buffer, start: number): Element | undefined {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const content = start + 2 + lengthBytes;
  if (lengthBytes > 4 || content > bytes.length) return undefined;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(start + 2, lengthBytes);
  const end = content + length;
  return end <= bytes.length ? { tag, start, content, end } : undefined;
}

/** The subject's public key: third after version and name. */
function subjectKeyOf(bytes: Buffer, information: Element): Buffer | undefined {
  const version = elementAt(bytes, information.content);
  const name = version && elementAt(bytes, version.end);
  const key = name && elementAt(bytes, name.end);
  return key && key.tag === 0x30 && key.end <= information.end ? bytes.subarray(key.start, key.end) : undefined;
}
