import type { CertificateFacts } from './certificate-facts.ts';

/** What a certificate is for: the TLS server of a device, or the device as an 802.1X client. */
export type CertificatePurpose = 'device_tls' | 'network_client';

/** What is asked of an authority. The names are ours: those in the request are not looked at. */
export interface CertificateOrder {
  /** PKCS#10 made on the device, DER. */
  readonly request: Uint8Array;
  readonly purpose: CertificatePurpose;
  /** Full DNS name of the PC: common name, and DNS name of a TLS server. */
  readonly name: string;
  /** User principal name of an 802.1X client; null: its DNS name stands in the certificate. */
  readonly userPrincipalName: string | null;
  /** From `newSerial`; null where the authority numbers by itself. */
  readonly serial: string | null;
}

/** A certificate as it was issued. */
export type IssuedCertificate = Pick<CertificateFacts, 'der' | 'serial' | 'subject' | 'notBefore' | 'notAfter'> & {
  /** SHA-256, lower-case hexadecimal. */
  readonly fingerprint: string;
};

/** `pending`: somebody at the authority has to agree; `reference` finds it again. */
export type IssueAnswer =
  | { readonly kind: 'issued'; readonly certificate: IssuedCertificate }
  | { readonly kind: 'pending'; readonly reference: string };

/**
 * A certification authority that issues certificates of devices: our own one, or an enterprise authority (AD CS). Every method
 * rejects with PkiError.
 */
export interface CertificateIssuer {
  /** Names the authority in records: SHA-256 of its certificate, lower-case hexadecimal. */
  readonly id: string;
  /** Its certificate first, then those above. */
  readonly chain: readonly CertificateFacts[];
  /** A serial number to record before anything is signed with it; null where the authority numbers by itself. */
  newSerial(): string | null;
  submit(order: CertificateOrder): Promise<IssueAnswer>;
  /** Asks again for what was pending. */
  collect(reference: string): Promise<IssueAnswer>;
}

/** Reasons of a revocation, as RFC 5280 5.3.1 writes them. */
export const revocationReasons = [
  'unspecified',
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
] as const;

/** One of `revocationReasons`. */
export type RevocationReason = (typeof revocationReasons)[number];

/** A revoked certificate on a list. */
export interface RevokedCertificate {
  /** Hexadecimal. */
  readonly serial: string;
  readonly at: Date;
  readonly reason: RevocationReason;
}

/** An authority that signs its revocation lists here. */
export interface ListSigner {
  /** DER of the list. Rejects with PkiError where the authority's certificate does not allow it. */
  signList(list: {
    readonly number: number;
    readonly thisUpdate: Date;
    readonly nextUpdate: Date;
    readonly revoked: readonly RevokedCertificate[];
  }): Promise<Uint8Array>;
}

/** The authority whose key the operator gave us. */
export type OwnAuthority = CertificateIssuer & ListSigner;
