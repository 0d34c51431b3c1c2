import type { ProvisioningBundle, ProvisioningCertificates } from '../../src/ports/pki/provisioning.ts';
import { type IdentitySource, openIdentity } from './identity.ts';
import { checkRevocation } from './revocation/check-revocation.ts';

export { makeTryOutCertificates } from './authority/make-try-out.ts';
export { createOwnAuthority } from './authority/own-authority.ts';
export type { IdentitySource } from './identity.ts';
export { deviceRequests } from './request/device-requests.ts';
export { makeProvisioningRequest } from './request/make-request.ts';

/** What looking up revocation lists may cost. */
export interface ProvisioningOptions {
  readonly now: () => Date;
  /** Milliseconds that one list may take. */
  readonly timeoutMs: number;
}

/** Lists of large public authorities reach some megabytes. */
const largestListBytes = 16_777_216;

/** Reads provisioning certificates and looks up whether they are revoked. */
export function createProvisioningCertificates({ now, timeoutMs }: ProvisioningOptions): ProvisioningCertificates {
  return {
    read: (bytes, password) => readBundle({ kind: 'pkcs12', bytes, password }),
    revocation: (chain) => checkRevocation(chain, { timeoutMs, largestBytes: largestListBytes }, now()),
  };
}

/** A provisioning certificate from a PKCS#12, or from PEM as an authority gives it back. Rejects with PkiError. */
export async function readBundle(source: IdentitySource): Promise<ProvisioningBundle> {
  const { certificates, chain, key, keys } = await openIdentity(source);
  return {
    certificates: certificates.map(({ facts }) => facts),
    chain: chain.map(({ facts }) => facts),
    key,
    keys: keys.length,
  };
}
