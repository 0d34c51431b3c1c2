import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** What firmware signs its log's exports with. */
export interface SigningKey {
  /** RSA, 2048 bits, PKCS#1, DER. That firmware takes this form is a guess: the class model says no more than "key pair". */
  readonly key: Buffer;
  /** Its certificate, self-signed, DER: what a signature is checked with. */
  readonly certificate: Buffer;
}

const generate = promisify(generateKeyPair);
const lifeYears = 20;

/**
 * Makes a key for one device. Nobody keeps it but the device: with it a log could be forged (AMT_AuditLog.SetSigningKeyMaterial, Intel AMT
 * Implementation and Reference Guide).
 */
export async function makeSigningKey(now: Date): Promise<SigningKey> {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 });
  const pair = forge.pki.privateKeyFromPem(privateKey.export({ format: 'pem', type: 'pkcs1' }).toString());
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.rsa.setPublicKey(pair.n, pair.e);
  // The first bit is zero, so that the number is positive.
  certificate.serialNumber = `0${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = now;
  certificate.validity.notAfter = new Date(now);
  certificate.validity.notAfter.setFullYear(now.getFullYear() + lifeYears);
  const name = [{ name: 'commonName', value: 'AMT audit log' }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.sign(pair, forge.md.sha256.create());
  const der = forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes();
  return { key: privateKey.export({ format: 'der', type: 'pkcs1' }), certificate: Buffer.from(der, 'binary') };
}
