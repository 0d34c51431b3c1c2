import { X509Certificate } from 'node:crypto';
import type { Device } from '../../device.ts';
import { certificatePem } from '../../tls/certificate.ts';
import type { FleetKeys } from '../../tls/fleet-keys.ts';
import { perDevice } from '../per-device.ts';
import { credentialStore, factoryHandle, keyOf } from './credential-store.ts';

/** TLS of one device: what was set, and what is in force since the last commit. */
export interface TlsState {
  /** Handle of the certificate in the credential context. */
  context: number | undefined;
  inForce: {
    certificate: number;
    /** Common names of clients that are let in; undefined: clients need no certificate. */
    trustedNames: readonly string[] | undefined;
  };
  /** Certificates used by 802.1X profiles. */
  readonly usedElsewhere: Map<string, readonly number[]>;
}

/** From the start the TLS port shows the certificate it was made with. */
export const tlsState = perDevice<TlsState>(() => ({
  context: factoryHandle.certificate,
  inForce: { certificate: factoryHandle.certificate, trustedNames: undefined },
  usedElsewhere: new Map(),
}));

/** TLS as the device left the factory. */
export function resetTls(device: Device): void {
  const state = tlsState(device);
  state.context = factoryHandle.certificate;
  state.inForce = { certificate: factoryHandle.certificate, trustedNames: undefined };
}

/** Handles of the certificates that can't be deleted. */
export function usedCertificates(device: Device): readonly number[] {
  const { context, inForce, usedElsewhere } = tlsState(device);
  return [context, inForce.certificate, ...[...usedElsewhere.values()].flat()].filter((one) => one !== undefined);
}

/** What a TLS server of that device is made of. */
export interface TlsIdentity {
  readonly key: string | Buffer;
  readonly certificate: string;
  /** Authorities and common names of clients; undefined: clients need no certificate. */
  readonly clients: { readonly authorities: readonly string[]; readonly names: readonly string[] } | undefined;
}

/**
 * The certificate and key that were put in force by the device's owner; undefined when it still shows the ones it was
 * made with, which need no store.
 */
export function ownTlsIdentity(device: Device, keys: FleetKeys): TlsIdentity | undefined {
  const { certificate, trustedNames } = tlsState(device).inForce;
  if (certificate === factoryHandle.certificate && trustedNames === undefined) return undefined;
  const store = credentialStore(device, keys);
  const own = store.certificates.get(certificate);
  const key = own && keyOf(store, own);
  if (!own || !key) return undefined;
  const roots = [...store.certificates.values()].filter(({ isTrustedRoot }) => isTrustedRoot);
  return {
    key: key.export({ format: 'pem', type: 'pkcs8' }),
    certificate: certificatePem(own.der),
    clients: trustedNames && { authorities: roots.map(({ der }) => certificatePem(der)), names: trustedNames },
  };
}

/** Common name of a certificate's holder. */
export const commonNameOf = (der: Buffer): string | undefined =>
  /(?:^|\n)CN=(.*)/.exec(new X509Certificate(der).subject)?.[1];
