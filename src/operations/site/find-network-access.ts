import { X509Certificate } from 'node:crypto';
import type { StoredCertificate } from '../../ports/amt/certificates.ts';
import type { AmtSession } from '../../ports/amt.ts';
import type { FoundNetworkAccess } from '../../profiles/compare-network-access.ts';
import type { ProfileNetworkAccess } from '../../profiles/profile.ts';
import { ifThere } from '../finding.ts';

/** Client authentication (RFC 5280, 4.2.1.12). */
const clientUsage = '1.3.6.1.5.5.7.3.2';

/** Reads what a PC has of wired 802.1X; its certificates only where the method takes one. Null: its firmware lacks it. */
export async function findNetworkAccess(
  { provisioning: { wiredAccess, certificates } }: AmtSession,
  method: ProfileNetworkAccess['method'],
): Promise<FoundNetworkAccess> {
  const state = await ifThere(() => wiredAccess.read());
  if (!state) return null;
  if (method !== 'tls' || !state.enabled) return { state, hasCertificate: false };
  const keys = new Set((await certificates.keyPairs()).map(({ publicKey }) => textOf(publicKey)));
  return { state, hasCertificate: (await certificates.list()).some((stored) => isOwnClient(stored, keys)) };
}

const textOf = (publicKey: Uint8Array) => Buffer.from(publicKey).toString('base64');

function isOwnClient({ der, trustedRoot }: StoredCertificate, keys: ReadonlySet<string>): boolean {
  if (trustedRoot) return false;
  const { keyUsage, publicKey } = new X509Certificate(Buffer.from(der));
  if (!keyUsage?.includes(clientUsage) || publicKey.asymmetricKeyType !== 'rsa') return false;
  return keys.has(textOf(publicKey.export({ format: 'der', type: 'pkcs1' })));
}
