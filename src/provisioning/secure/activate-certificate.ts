import type { Certificates } from '../../pki/certificates.ts';
import type { AmtSession } from '../../ports/amt.ts';
import type { CertificatePurpose } from '../../ports/pki/issuer.ts';
import type { ProvisioningFacts } from '../../ports/provisioning/provisioning-store.ts';
import { certificateFacts } from './device-certificate.ts';
import { removeSuperseded } from './tidy-store.ts';

/**
 * The device uses its certificate, as a connection or the settings have shown: its record is active, those before it are revoked as
 * superseded and removed from the device with their keys. Repeatable. Resolves to the count removed.
 */
export async function activateCertificate(
  session: AmtSession,
  { purpose, facts }: { readonly purpose: CertificatePurpose; readonly facts: ProvisioningFacts },
  { certificates }: { readonly certificates: Certificates },
): Promise<number> {
  const id = facts[certificateFacts[purpose].id] ?? '';
  const other = certificateFacts[purpose === 'device_tls' ? 'network_client' : 'device_tls'].keyPair;
  const { der } = await certificates.collect(id);
  await certificates.activated(id);
  const [authority] = certificates.chain;
  if (!authority || der === null) return 0;
  return removeSuperseded(session.provisioning.certificates, {
    purpose,
    keep: der,
    authority: authority.der,
    waiting: new Set([facts[other]]),
  });
}
