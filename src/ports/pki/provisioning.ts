import type { KeyObject } from 'node:crypto';
import type { CertificateFacts } from './certificate-facts.ts';

/** What a provisioning PKCS#12 holds. Secret as long as it lives: `key` signs for this service. */
export interface ProvisioningBundle {
  /** In the order of the file. */
  readonly certificates: readonly CertificateFacts[];
  /** From the leaf upwards as far as the file goes; each is proved to be signed by the next. Empty: no certificate fits the key. */
  readonly chain: readonly CertificateFacts[];
  /** The private key; null when the file holds none. */
  readonly key: KeyObject | null;
  /** Count of private keys in the file. */
  readonly keys: number;
}

/** What a look for a revocation list of one certificate of a chain showed. */
export interface RevocationFinding {
  /** Subject of the certificate. */
  readonly subject: string;
  /** `unknown`: no list could be had or trusted; `not_listed_anywhere`: the certificate names no list that can be fetched. */
  readonly status: 'good' | 'revoked' | 'unknown' | 'not_listed_anywhere';
  /** One line each, for people. */
  readonly evidence: readonly string[];
}

/** Reads and looks up what a judgement of a provisioning certificate needs. */
export interface ProvisioningCertificates {
  /** Opens a PKCS#12. Rejects with PkiError: not one, wrong password, nothing in it, too costly to open. */
  read(pkcs12: Uint8Array, password: string): Promise<ProvisioningBundle>;
  /** Fetches the revocation list of each certificate below a root, and looks for the certificate in it. Never rejects. */
  revocation(chain: readonly CertificateFacts[]): Promise<readonly RevocationFinding[]>;
}

/** What a provisioning certificate is asked for with. */
export interface ProvisioningRequest {
  /** Full DNS name in the domain of the PCs. */
  readonly commonName: string;
  readonly organization: string | null;
  /** Adds the unit for authorities that can't write Intel's purpose. */
  readonly withUnit: boolean;
  readonly bits: 2048 | 4096;
}
