import { certificateOf, isFor, keyOf, keyText } from '../../pki/stored-certificate.ts';
import type { StoredCertificate } from '../../ports/amt/certificates.ts';
import type { AmtSession } from '../../ports/amt.ts';
import type { FoundNetworkAccess } from '../../profiles/compare-network-access.ts';
import type { ProfileNetworkAccess } from '../../profiles/profile.ts';
import { ifThere } from '../finding.ts';

/** Reads what a PC has of wired 802.1X; its certificates only where the method takes one. Null: its firmware lacks it. */
export async function findNetworkAccess(
  { provisioning: { wiredAccess, certificates } }: AmtSession,
  method: ProfileNetworkAccess['method'],
): Promise<FoundNetworkAccess> {
  const state = await ifThere(() => wiredAccess.read());
  if (!state) return null;
  if (method !== 'tls' || !state.enabled) return { state, hasCertificate: false };
  const keys = new Set((await certificates.keyPairs()).map(({ publicKey }) => keyText(publicKey)));
  return { state, hasCertificate: (await certificates.list()).some((stored) => isOwnClient(stored, keys)) };
}

function isOwnClient(stored: StoredCertificate, keys: ReadonlySet<string>): boolean {
  const certificate = stored.trustedRoot ? null : certificateOf(stored);
  const key = certificate && isFor(certificate, 'network_client') ? keyOf(certificate) : null;
  return key !== null && keys.has(key);
}
