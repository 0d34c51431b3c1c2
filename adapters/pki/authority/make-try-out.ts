import { generateKeyPair, type KeyObject } from 'node:crypto';
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
import { keyIdentifier, newSerial, signed } from './issue.ts';

const generate = promisify(generateKeyPair);
const modulusLength = 2_048;
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
  const [root, leaf] = await Promise.all([generate('rsa', { modulusLength }), generate('rsa', { modulusLength })]);
  const rootKeyDer = derOf(root.publicKey);
  const identifier = keyIdentifier(rootKeyDer);
  const certify = (draft: Draft) => sign(draft, wish, root.privateKey, now);
  const rootCertificate = await certify({
    subject: wish.authority,
    publicKeyDer: rootKeyDer,
    extensions: [
      extension(oids.basicConstraints, sequence(yes()), true),
      // keyCertSign and cRLSign.
      extension(oids.keyUsage, element(tags.bitString, Buffer.from([1, 0x06])), true),
      extension(oids.subjectKeyIdentifier, octetString(identifier)),
    ],
  });
  const certificate = await certify({
    subject: wish.commonName,
    publicKeyDer: derOf(leaf.publicKey),
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
    root: { certificate: rootCertificate, key: pemOf(root.privateKey) },
    provisioning: { chain: `${certificate}${rootCertificate}`, key: pemOf(leaf.privateKey) },
  };
}

const derOf = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });
const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

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
