import type { KeyObject } from 'node:crypto';
import type { ListSigner, RevocationReason } from '../../../src/ports/pki/issuer.ts';
import type { ParsedCertificate } from '../certificate-facts.ts';
import { tags } from '../der/read.ts';
import { context, element, extension, integer, sequence, time } from '../der/write.ts';
import { oids } from '../oids.ts';
import { authorityKeyIdentifier, signed } from './issue.ts';

/** CRLReason of RFC 5280, 5.3.1. `unspecified` is left out, as it is asked there. */
const reasonCodes: Readonly<Record<RevocationReason, number | null>> = {
  unspecified: null,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
};

/** A complete, numbered revocation list, version 2 (RFC 5280, 5). */
export function makeList(
  authority: ParsedCertificate,
  key: KeyObject,
  { number, thisUpdate, nextUpdate, revoked }: Parameters<ListSigner['signList']>[0],
): Promise<Buffer> {
  const entries = revoked.map(({ serial, at, reason }) => {
    const code = reasonCodes[reason];
    const why =
      code === null ? [] : [sequence(extension(oids.reasonCode, element(tags.enumerated, Buffer.from([code]))))];
    return sequence(integer(Buffer.from(serial.length % 2 ? `0${serial}` : serial, 'hex')), time(at), ...why);
  });
  const tbsOf = (algorithm: Buffer) =>
    sequence(
      integer(1),
      algorithm,
      authority.subjectDer,
      time(thisUpdate),
      time(nextUpdate),
      // An empty list of entries is left out altogether.
      ...(entries.length > 0 ? [sequence(...entries)] : []),
      context(0, sequence(authorityKeyIdentifier(authority), extension(oids.crlNumber, integer(number)))),
    );
  return signed(tbsOf, key);
}
