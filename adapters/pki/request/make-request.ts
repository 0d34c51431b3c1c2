import { createPrivateKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { ProvisioningRequest } from '../../../src/ports/pki/provisioning.ts';
import { tags } from '../der/read.ts';
import { bitString, context, element, extension, implicit, integer, oid, pem, sequence } from '../der/write.ts';
import { type NameAttribute, nameDer } from '../name.ts';
import { oids } from '../oids.ts';
import { signBy } from '../sign.ts';

const generate = promisify(generateKeyPair);

/** Makes a key and a PKCS#10 request for a provisioning certificate, both as PEM. The key is secret. */
export async function makeProvisioningRequest(
  wish: ProvisioningRequest,
): Promise<{ readonly request: string; readonly key: string }> {
  const { privateKey, publicKey } = await generate('rsa', {
    modulusLength: wish.bits,
    privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
    publicKeyEncoding: { format: 'der', type: 'spki' },
  });
  const subject: NameAttribute[] = [
    ...(wish.organization === null ? [] : [{ type: 'organization' as const, value: wish.organization }]),
    ...(wish.withUnit ? [{ type: 'organizationalUnit' as const, value: 'Intel(R) Client Setup Certificate' }] : []),
    { type: 'commonName', value: wish.commonName },
  ];
  const extensions = sequence(
    extension(oids.keyUsage, element(tags.bitString, Buffer.from([5, 0xa0])), true),
    extension(oids.extendedKeyUsage, sequence(oid(oids.serverAuth), oid(oids.amtSetup))),
    extension(oids.subjectAltName, sequence(implicit(2, Buffer.from(wish.commonName, 'latin1')))),
  );
  const attributes = context(0, sequence(oid(oids.extensionRequest), element(tags.set, extensions)));
  const info = sequence(integer(0), nameDer(subject), publicKey, attributes);
  const signature = await signBy(createPrivateKey(privateKey), info);
  return {
    request: pem('CERTIFICATE REQUEST', sequence(info, signature.algorithm, bitString(signature.octets))),
    key: privateKey,
  };
}
