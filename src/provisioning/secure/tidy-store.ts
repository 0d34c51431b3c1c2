import { X509Certificate } from 'node:crypto';
import { localError } from '../../operations/finding.ts';
import { certificateOf, isFor, keyOf, keyText } from '../../pki/stored-certificate.ts';
import type { AmtCertificates, StoredCertificate, StoredKeyPair } from '../../ports/amt/certificates.ts';
import type { CertificatePurpose } from '../../ports/pki/issuer.ts';

/**
 * Removes the key pairs that no certificate in the device belongs to: an attempt that was cut off left them, and a device has room for
 * few. `waiting`: handles of those that a certificate is still to come for. Resolves to the key pairs that are left.
 */
export async function removeLoneKeys(
  store: AmtCertificates,
  waiting: ReadonlySet<string | undefined> = new Set(),
): Promise<readonly StoredKeyPair[]> {
  const [pairs, certificates] = [await store.keyPairs(), await store.list()];
  const used = new Set(certificates.flatMap((each) => keyIn(each) ?? []));
  const isLone = ({ handle, publicKey }: StoredKeyPair) => !used.has(keyText(publicKey)) && !waiting.has(handle);
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

function isOf(stored: StoredCertificate, issuer: X509Certificate, purpose: CertificatePurpose): boolean {
  const certificate = certificateOf(stored);
  if (!certificate || !isFor(certificate, purpose)) return false;
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function keyIn(stored: StoredCertificate): string | null {
  const certificate = certificateOf(stored);
  return certificate && keyOf(certificate);
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
