import { createPublicKey, generateKeyPair, type KeyObject, X509Certificate } from 'node:crypto';
import type { Device } from '../../device.ts';
import { deviceCertificate, isSelfSigned } from '../../tls/device-certificate.ts';
import type { FleetKeys } from '../../tls/fleet-keys.ts';
import { perDevice } from '../per-device.ts';

/** One certificate of the store. */
export interface StoredCertificate {
  readonly der: Buffer;
  readonly isTrustedRoot: boolean;
}

/** Certificates and keys of one device, by handle. */
interface CredentialStore {
  readonly certificates: Map<number, StoredCertificate>;
  readonly keys: Map<number, KeyObject>;
  nextCertificate: number;
  nextKey: number;
  /** A key pair that is being made, or was made and not handed out. */
  generation: 'none' | 'running' | KeyObject;
}

const stores = perDevice<{ store: CredentialStore | undefined }>(() => ({ store: undefined }));

/** Handle of the certificate that the device shows on its TLS port from the start, and of its key. */
export const factoryHandle = { certificate: 1, key: 0 } as const;

/**
 * The store; from the start it has the certificate and key of the TLS port, and the fleet's authority if that is the
 * issuer.
 */
export function credentialStore(device: Device, keys: FleetKeys): CredentialStore {
  const kept = stores(device);
  if (kept.store) return kept.store;
  const store: CredentialStore = {
    certificates: new Map(),
    keys: new Map([[factoryHandle.key, keys.deviceKey]]),
    nextCertificate: 2,
    nextKey: 1,
    generation: 'none',
  };
  if (!isSelfSigned(device)) store.certificates.set(0, { der: keys.authority, isTrustedRoot: true });
  const der = deviceCertificate(device, keys);
  store.certificates.set(factoryHandle.certificate, { der, isTrustedRoot: false });
  kept.store = store;
  return store;
}

/** Back to the state of the start. */
export const forgetCredentials = (device: Device): void => stores.forget(device);

const keyIds = new WeakMap<KeyObject, string>();

/** The same text for the two halves of one key pair. */
export function keyId(key: KeyObject): string {
  let id = keyIds.get(key);
  if (id === undefined) {
    const half = key.type === 'private' ? createPublicKey(key) : key;
    id = half.export({ format: 'der', type: 'spki' }).toString('base64');
    keyIds.set(key, id);
  }
  return id;
}

/** The private key of a certificate, if the store has it. */
export function keyOf(store: CredentialStore, certificate: StoredCertificate): KeyObject | undefined {
  const wanted = keyId(new X509Certificate(certificate.der).publicKey);
  return [...store.keys.values()].find((key) => keyId(key) === wanted);
}

/** Begins to make a key pair; the store has it when it is made. RSA-2048 takes some 0.1 s, on another thread. */
export function beginGeneration(store: CredentialStore, modulusLength: number): void {
  store.generation = 'running';
  generateKeyPair('rsa', { modulusLength }, (error, _publicKey, privateKey) => {
    store.generation = error ? 'none' : privateKey;
  });
}
