import { createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { DeviceRequests } from '../../../src/ports/pki/device-request.ts';
import { PkiError } from '../../../src/ports/pki.ts';
import { tags } from '../der/read.ts';
import { bitString, context, element, integer, oid, sequence } from '../der/write.ts';
import { nameDer } from '../name.ts';
import { oids } from '../oids.ts';
import { signBy } from '../sign.ts';

const generate = promisify(generateKeyPair);
/** What all firmware takes. */
const bits = 2_048;

/** Makes the requests of devices. */
export const deviceRequests: DeviceRequests = {
  unsigned(publicKey, name) {
    // Algorithm and signature are written by the device over these (Intel AMT guide, "NullSignedCertificateRequest").
    const algorithm = sequence(oid(oids.sha256WithRsa), element(tags.null));
    return sequence(infoOf(publicKey, name), algorithm, bitString(Buffer.alloc(0)));
  },
  async withNewKey(name) {
    const { privateKey, publicKey } = await generate('rsa', {
      modulusLength: bits,
      privateKeyEncoding: { format: 'der', type: 'pkcs1' },
      publicKeyEncoding: { format: 'der', type: 'pkcs1' },
    });
    const info = infoOf(publicKey, name);
    const signature = await signBy(createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs1' }), info);
    return { privateKey, publicKey, request: sequence(info, signature.algorithm, bitString(signature.octets)) };
  },
};

/** CertificationRequestInfo without attributes. */
function infoOf(publicKey: Uint8Array, name: string): Buffer {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'pkcs1' });
    const subjectKey = key.export({ format: 'der', type: 'spki' });
    return sequence(integer(0), nameDer([{ type: 'commonName', value: name }]), subjectKey, context(0));
  } catch (cause) {
    throw new PkiError('pki_key_malformed', ['the key pair that the device shows'], { cause });
  }
}
