import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, boolean, der, integer, octets, oid, sequence, set, utcTime, utf8 } from './der.ts';

/** What a certificate says. */
export interface CertificateRequest {
  /** Common name of the holder. */
  readonly subject: string;
  /** Common name of the issuer; the same as the subject for a self-signed one. */
  readonly issuer: string;
  /** The holder's key. */
  readonly key: KeyObject;
  /** The issuer's private key. */
  readonly issuerKey: KeyObject;
  /** Text the serial number is made from: the same text gives the same certificate. */
  readonly serialSeed: string;
  /** Null: a date of zeros, which is none. */
  readonly notBefore: Date | null;
  readonly notAfter: Date | null;
  /** DNS names and IP addresses of subjectAltName; none for an authority. */
  readonly names: readonly string[];
  /** SHA-1 for firmware of the TLS 1.0 days. */
  readonly hash: 'sha256' | 'sha1';
  readonly authority: boolean;
}

/** PKCS #1 signature algorithms, RFC 8017. */
const signatureOid = { sha256: '1.2.840.113549.1.1.11', sha1: '1.2.840.113549.1.1.5' } as const;

/**
 * Makes an X.509 version 3 certificate (RFC 5280) with RSA keys, without a library: the fleet must sign thousands.
 *
 * @returns the certificate, DER
 */
export function issueCertificate(request: CertificateRequest): Buffer {
  const { publicKey } = publicPartOf(request.key);
  const algorithm = sequence(oid(signatureOid[request.hash]), der(0x05));
  const serial = createHash('sha256').update(request.serialSeed).digest().subarray(0, 16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    distinguishedName(request.issuer),
    sequence(utcTime(request.notBefore), utcTime(request.notAfter)),
    distinguishedName(request.subject),
    publicKey,
    der(0xa3, sequence(...extensions(request))),
  );
  return sequence(toBeSigned, algorithm, bits(sign(request.hash, toBeSigned, request.issuerKey)));
}

/** Thousands of certificates share two keys: what is derived from a key is derived once. */
const publicParts = new WeakMap<KeyObject, { readonly publicKey: Buffer; readonly keyId: Buffer }>();

function publicPartOf(key: KeyObject): { readonly publicKey: Buffer; readonly keyId: Buffer } {
  const known = publicParts.get(key);
  if (known) return known;
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const part = { publicKey, keyId: createHash('sha1').update(publicKey).digest() };
  publicParts.set(key, part);
  return part;
}

function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(oid('2.5.4.10'), utf8('oob lab'))), set(sequence(oid('2.5.4.3'), utf8(commonName))));
}

function extensions(request: CertificateRequest): Buffer[] {
  const keyId = (key: KeyObject) => publicPartOf(key).keyId;
  const critical = boolean(true);
  const subjectKey = sequence(oid('2.5.29.14'), octets(octets(keyId(request.key))));
  const issuerKey = sequence(oid('2.5.29.35'), octets(sequence(der(0x80, keyId(request.issuerKey)))));
  if (request.authority) {
    return [
      sequence(oid('2.5.29.19'), critical, octets(sequence(boolean(true)))),
      // keyCertSign and cRLSign
      sequence(oid('2.5.29.15'), critical, octets(der(0x03, Buffer.from([1, 0x06])))),
      subjectKey,
    ];
  }
  const alternatives = request.names.map((name) =>
    isIP(name) === 4 ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name, 'latin1')),
  );
  return [
    sequence(oid('2.5.29.19'), octets(sequence())),
    // digitalSignature and keyEncipherment: older clients insist on RSA key exchange
    sequence(oid('2.5.29.15'), critical, octets(der(0x03, Buffer.from([5, 0xa0])))),
    sequence(oid('2.5.29.37'), octets(sequence(oid('1.3.6.1.5.5.7.3.1')))),
    sequence(oid('2.5.29.17'), octets(sequence(...alternatives))),
    subjectKey,
    issuerKey,
  ];
}

/** DER to PEM. */
export function certificatePem(certificate: Uint8Array): string {
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** SHA-256 of the DER form, lower-case hex: what an inventory pins. */
export const fingerprintOf = (certificate: Uint8Array): string =>
  createHash('sha256').update(certificate).digest('hex');
