import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { TryOutCertificates, TryOutWish } from '../../../src/ports/pki/try-out.ts';
import { tags } from '../der/read.ts';
import {
  context,
  element,
  extension,
  implicit,
  integer,
  octetString,
  oid,
  pem,
  sequence,
  time,
  yes,
} from '../der/write.ts';
import { nameDer } from '../name.ts';
import { oids } from '../oids.ts';
import { makeProvisioningRequest } from '../request/make-request.ts';
import { readRequest } from '../request/read-request.ts';
import { keyIdentifier, newSerial, signed } from './issue.ts';

const generate = promisify(generateKeyPair);
const dayMs = 86_400_000;
/** Clocks of devices differ. */
const backdateMs = dayMs;

/** A certificate before it is signed. */
interface Draft {
  readonly subject: string;
  readonly publicKeyDer: Buffer;
  readonly extensions: readonly Buffer[];
}

/**
 * Makes an authority of its own, RSA with 2048 bits, and a provisioning certificate that it signs: for a site that is tried out. Whose
 * firmware does not know this root does not trust it. Takes as long as two key pairs, some tenths of a second.
 */
export async function makeTryOutCertificates(wish: TryOutWish, now: Date): Promise<TryOutCertificates> {
  const [{ privateKey }, leaf] = await Promise.all([
    generate('rsa', { modulusLength: 2_048 }),
    makeProvisioningRequest({ commonName: wish.commonName, organization: null, withUnit: false, bits: 2_048 }),
  ]);
  const rootKeyDer = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const identifier = keyIdentifier(rootKeyDer);
  const certify = (draft: Draft) => sign(draft, wish, privateKey, now);
  const root = await certify({
    subject: wish.authority,
    publicKeyDer: rootKeyDer,
    extensions: [
      extension(oids.basicConstraints, sequence(yes()), true),
      // keyCertSign and cRLSign.
      extension(oids.keyUsage, element(tags.bitString, Buffer.from([1, 0x06])), true),
      extension(oids.subjectKeyIdentifier, octetString(identifier)),
    ],
  });
  const requestDer = Buffer.from(leaf.request.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const certificate = await certify({
    subject: wish.commonName,
    publicKeyDer: readRequest(requestDer).publicKeyDer,
    extensions: [
      extension(oids.basicConstraints, sequence(), true),
      // digitalSignature and keyEncipherment.
      extension(oids.keyUsage, element(tags.bitString, Buffer.from([5, 0xa0])), true),
      extension(oids.extendedKeyUsage, sequence(oid(oids.serverAuth), oid(oids.amtSetup))),
      extension(oids.subjectAltName, sequence(implicit(2, Buffer.from(wish.commonName, 'latin1')))),
      extension(oids.authorityKeyIdentifier, sequence(implicit(0, identifier))),
    ],
  });
  return {
    root: { certificate: root, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
    provisioning: { chain: `${certificate}${root}`, key: leaf.key },
  };
}

async function sign(draft: Draft, { authority, days }: TryOutWish, key: KeyObject, now: Date): Promise<string> {
  const tbsOf = (algorithm: Buffer) =>
    sequence(
      context(0, integer(2)),
      integer(Buffer.from(newSerial(), 'hex')),
      algorithm,
      nameDer([{ type: 'commonName', value: authority }]),
      sequence(time(new Date(now.getTime() - backdateMs)), time(new Date(now.getTime() + days * dayMs))),
      nameDer([{ type: 'commonName', value: draft.subject }]),
      draft.publicKeyDer,
      context(3, sequence(...draft.extensions)),
    );
  return pem('CERTIFICATE', await signed(tbsOf, key));
}
