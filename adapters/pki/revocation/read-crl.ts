import { type KeyObject, verify } from 'node:crypto';
import { extensionsOf } from '../certificate-facts.ts';
import {
  childrenOf,
  DerError,
  type Element,
  elementsOf,
  expectTag,
  readOid,
  readSerial,
  readTime,
  readWhole,
  tags,
} from '../der/read.ts';
import { signatureHashes } from '../oids.ts';

/** A certificate revocation list (RFC 5280, 5). Its entries are read only when one is looked for. */
export interface RevocationList {
  /** DER of the issuer's name. */
  readonly issuerDer: Buffer;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** Hexadecimal capitals; null: not numbered. */
  readonly number: string | null;
  /** False for a list of changes alone, or one for other authorities too: it does not tell that a certificate is good. */
  readonly complete: boolean;
  signedBy(key: KeyObject): boolean;
  /** When the certificate was revoked; null when it is not listed. `serial`: hexadecimal capitals without leading zeros. */
  revokedAt(serial: string): Date | null;
}

const deltaIndicator = '2.5.29.27';
const issuingDistributionPoint = '2.5.29.28';
const crlNumber = '2.5.29.20';
const known = new Set([deltaIndicator, issuingDistributionPoint, crlNumber, '2.5.29.35']);

/** Reads a list in DER or PEM. Throws DerError when it is none. */
export function readCrl(bytes: Uint8Array): RevocationList {
  const [tbs, algorithm, signature] = childrenOf(readWhole(derOf(Buffer.from(bytes))));
  const fields = childrenOf(expectTag(tbs, tags.sequence));
  const start = fields[0]?.tag === tags.integer ? 1 : 0;
  const [, issuer, thisUpdate, ...rest] = fields.slice(start);
  if (!tbs || !thisUpdate) throw new DerError('it ends too early');
  const next = rest[0] && isTime(rest[0]) ? rest[0] : null;
  const entries = rest[next ? 1 : 0];
  const extensions = extensionsOf(rest.find(({ tag }) => tag === 0xa0));
  const number = extensions.get(crlNumber);
  const hash = signatureHashes[readOid(childrenOf(expectTag(algorithm, tags.sequence))[0])];
  return {
    issuerDer: expectTag(issuer, tags.sequence).raw,
    thisUpdate: readTime(thisUpdate),
    nextUpdate: next ? readTime(next) : null,
    number: number ? readSerial(readWhole(number)) : null,
    complete:
      !extensions.has(deltaIndicator) &&
      !isPartial(extensions.get(issuingDistributionPoint)) &&
      [...extensions.keys()].every((type) => known.has(type)),
    signedBy: (key) =>
      hash !== undefined && verify(hash, tbs.raw, key, expectTag(signature, tags.bitString).content.subarray(1)),
    revokedAt(serial) {
      if (entries?.tag !== tags.sequence) return null;
      for (const entry of elementsOf(entries)) {
        const [number, at] = [...elementsOf(entry)];
        if (at && readSerial(number) === serial) return readTime(at);
      }
      return null;
    },
  };
}

const isTime = ({ tag }: Element): boolean => tag === tags.utcTime || tag === tags.generalizedTime;

/** onlySomeReasons [3], indirectCRL [4], onlyContainsAttributeCerts [5]. */
function isPartial(value: Buffer | undefined): boolean {
  return value !== undefined && childrenOf(readWhole(value)).some(({ tag }) => [0x83, 0x84, 0x85].includes(tag));
}

function derOf(bytes: Buffer): Buffer {
  const block = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/.exec(
    bytes.toString('latin1', 0, 64).startsWith('-----') ? bytes.toString('latin1') : '',
  );
  return block ? Buffer.from(block[1] ?? '', 'base64') : bytes;
}
