import { X509Certificate } from 'node:crypto';
import type { StoredCertificate } from '../ports/amt/certificates.ts';
import type { CertificatePurpose } from '../ports/pki/issuer.ts';

/** Object identifiers of the extended key usages (RFC 5280, 4.2.1.12). */
const usages: Readonly<Record<CertificatePurpose, string>> = {
  device_tls: '1.3.6.1.5.5.7.3.1',
  network_client: '1.3.6.1.5.5.7.3.2',
};

/** A certificate of a device's store; null for what is none: firmware keeps what it was given. Pure. */
export function certificateOf({ der }: Pick<StoredCertificate, 'der'>): X509Certificate | null {
  try {
    return new X509Certificate(Buffer.from(der));
  } catch {
    return null;
  }
}

/** True when it may be used for that. Pure. */
export function isFor(certificate: X509Certificate, purpose: CertificatePurpose): boolean {
  return certificate.keyUsage?.includes(usages[purpose]) ?? false;
}

/** An RSA public key (PKCS#1, DER) as text that is compared. Pure. */
export const keyText = (publicKey: Uint8Array): string => Buffer.from(publicKey).toString('base64');

/** The key of a certificate, as `keyText` has it; null for keys other than RSA, which devices do not make. Pure. */
export function keyOf({ publicKey }: X509Certificate): string | null {
  return publicKey.asymmetricKeyType === 'rsa' ? keyText(publicKey.export({ format: 'der', type: 'pkcs1' })) : null;
}
