import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { certificatePem, issueCertificate } from './certificate.ts';

/**
 * The keys of a fleet. All devices share one key pair, else ten thousand would take minutes to start; no client
 * compares keys across devices. RSA because the MeshCentral client offers RSA key exchange only.
 */
export interface FleetKeys {
  readonly authorityKey: KeyObject;
  readonly deviceKey: KeyObject;
  /** deviceKey as PKCS #8 PEM, the form node:tls takes. */
  readonly deviceKeyPem: string;
  /** The fleet's authority, DER. */
  readonly authority: Buffer;
  readonly authorityPem: string;
  /** Certificates begin here. With kept keys the same instant comes back, hence the same certificates. */
  readonly issuedAt: Date;
}

/** Common name of the fleet's certificate authority. */
export const authorityName = 'oob lab fleet CA';

const dayMs = 24 * 3600 * 1000;

/** New keys. Takes about 0.2 s. */
export async function createFleetKeys(): Promise<FleetKeys> {
  const generate = promisify(generateKeyPair);
  const [authority, device] = await Promise.all([
    generate('rsa', { modulusLength: 2048 }),
    generate('rsa', { modulusLength: 2048 }),
  ]);
  // Whole seconds: certificates have no finer clock.
  return assemble(authority.privateKey, device.privateKey, new Date(Math.floor(Date.now() / 1000 - 3600) * 1000));
}

function assemble(authorityKey: KeyObject, deviceKey: KeyObject, issuedAt: Date): FleetKeys {
  const authority = issueCertificate({
    subject: authorityName,
    issuer: authorityName,
    key: authorityKey,
    issuerKey: authorityKey,
    serialSeed: `authority/${issuedAt.toISOString()}`,
    notBefore: issuedAt,
    notAfter: new Date(issuedAt.getTime() + 3650 * dayMs),
    names: [],
    hash: 'sha256',
    authority: true,
  });
  return {
    authorityKey,
    deviceKey,
    deviceKeyPem: pem(deviceKey),
    authority,
    authorityPem: certificatePem(authority),
    issuedAt,
  };
}

const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();

/** Keys as one text, to keep a fleet's certificates over a restart. They protect nothing but the lab. */
export function keysToText(keys: FleetKeys): string {
  return `issued ${keys.issuedAt.toISOString()}\n${pem(keys.authorityKey)}${keys.deviceKeyPem}`;
}

/**
 * The inverse of keysToText.
 *
 * @throws Error when the text is not what keysToText wrote
 */
export function keysFromText(text: string): FleetKeys {
  const issued = /^issued (\S+)$/m.exec(text)?.[1];
  const [authority, device] = text.match(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g) ?? [];
  if (!issued || !authority || !device) throw new Error('Not a file of lab keys: delete it and start again');
  return assemble(createPrivateKey(authority), createPrivateKey(device), new Date(issued));
}
