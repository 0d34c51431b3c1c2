import { X509Certificate } from 'node:crypto';
import { localError } from '../../operations/finding.ts';
import type { AmtCertificates, StoredCertificate, StoredKeyPair } from '../../ports/amt/certificates.ts';
import type { CertificatePurpose } from '../../ports/pki/issuer.ts';

/** Object identifiers of the extended key usages (RFC 5280, 4.2.1.12). */
const usages: Readonly<Record<CertificatePurpose, string>> = {
  device_tls: '1.3.6.1.5.5.7.3.1',
  network_client: '1.3.6.1.5.5.7.3.2',
};

/**
 * Removes the key pairs that no certificate in the device belongs to: an attempt that was cut off left them, and a device has room for
 * few. `waiting`: handles of those that a certificate is still to come for. Resolves to the key pairs that are left.
 */
export async function removeLoneKeys(
  store: AmtCertificates,
  waiting: ReadonlySet<string | undefined> = new Set(),
): Promise<readonly StoredKeyPair[]> {
  const [pairs, certificates] = [await store.keyPairs(), await store.list()];
  const used = new Set(certificates.flatMap((each) => keyOf(each) ?? []));
  const isLone = ({ handle, publicKey }: StoredKeyPair) => !used.has(textOf(publicKey)) && !waiting.has(handle);
  const kept: StoredKeyPair[] = [];
  for (const pair of pairs) {
    if (!isLone(pair) || !(await isRemoved(() => store.removeKeyPair(pair.handle)))) kept.push(pair);
  }
  return kept;
}

/**
 * Removes what a certificate superseded: others of the same authority and purpose, and their keys. One that the firmware still uses
 * stays. Resolves to the count of certificates removed.
 */
export async function removeSuperseded(
  store: AmtCertificates,
  wish: {
    readonly purpose: CertificatePurpose;
    /** The one that stays; null: none does. */
    readonly keep: Uint8Array | null;
    readonly authority: Uint8Array;
    /** Handles of key pairs that a certificate is still to come for. */
    readonly waiting?: ReadonlySet<string | undefined>;
  },
): Promise<number> {
  const { purpose, keep, waiting } = wish;
  const issuer = new X509Certificate(Buffer.from(wish.authority));
  let removed = 0;
  for (const stored of await store.list()) {
    const isKept = keep !== null && Buffer.from(stored.der).equals(keep);
    if (isKept || stored.trustedRoot || stored.readOnly || !isOf(stored, issuer, purpose)) continue;
    if (await isRemoved(() => store.remove(stored.handle))) removed += 1;
  }
  await removeLoneKeys(store, waiting);
  return removed;
}

function isOf({ der }: StoredCertificate, issuer: X509Certificate, purpose: CertificatePurpose): boolean {
  const certificate = parsed(der);
  if (!certificate?.keyUsage?.includes(usages[purpose])) return false;
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

const textOf = (publicKey: Uint8Array) => Buffer.from(publicKey).toString('base64');

function keyOf({ der }: StoredCertificate): string | null {
  const key = parsed(der)?.publicKey;
  return key?.asymmetricKeyType === 'rsa' ? textOf(key.export({ format: 'der', type: 'pkcs1' })) : null;
}

/** Null for what is no certificate: firmware keeps what it was given. */
function parsed(der: Uint8Array): X509Certificate | null {
  try {
    return new X509Certificate(Buffer.from(der));
  } catch {
    return null;
  }
}

/** False when the firmware keeps it. */
async function isRemoved(remove: () => Promise<void>): Promise<boolean> {
  try {
    await remove();
    return true;
  } catch (error) {
    localError(error);
    return false;
  }
}
