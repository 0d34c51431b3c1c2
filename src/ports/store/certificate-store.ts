import type { IssuedCertificate, RevocationReason, RevokedCertificate } from '../pki/issuer.ts';

/**
 * States of a certificate, and the numbers that Configuration Manager has for them (SMS_AMTCertificate): RequestPending 1,
 * RequestSuccess 2, IssuedToAMT 3, Revoked 4, Active 5.
 */
export const certificateStateNumbers = {
  request_pending: 1,
  request_success: 2,
  issued_to_amt: 3,
  revoked: 4,
  active: 5,
} as const;

/** One of the states of a certificate. */
export type CertificateState = keyof typeof certificateStateNumbers;

/** Whose certificate it is. */
export type CertificateKind = 'device_tls' | 'network_client' | 'provisioning';

/** A certificate that was asked for; nothing of it is known yet but its serial number where that is ours to give. */
export interface NewCertificate {
  readonly id: string;
  readonly kind: CertificateKind;
  /** Null: not of a device. */
  readonly deviceId: string | null;
  /** DNS name that it is for. */
  readonly name: string;
  /** Id of the authority. */
  readonly issuer: string;
  readonly serial: string | null;
  readonly requestedAt: Date;
}

/** The record of a certificate. What is issued is null before it is. */
export interface CertificateRecord extends NewCertificate {
  readonly state: CertificateState;
  /** Names a request that waits at the authority. */
  readonly reference: string | null;
  readonly der: Uint8Array | null;
  readonly fingerprint: string | null;
  readonly notBefore: Date | null;
  readonly notAfter: Date | null;
  readonly changedAt: Date;
  readonly revokedAt: Date | null;
  readonly revocationReason: RevocationReason | null;
}

/** A certificate that ends. */
export interface EndingCertificate extends Pick<CertificateRecord, 'id' | 'kind' | 'deviceId' | 'name'> {
  readonly notAfter: Date;
}

/** A revocation list as it was published. */
export interface PublishedList {
  readonly number: number;
  readonly der: Uint8Array;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
}

/** Records of certificates. Each change names the state it starts from, and resolves to false when that is no longer so. */
export interface CertificateStore {
  add(certificate: NewCertificate): Promise<void>;
  /** It waits at the authority under this reference. */
  wait(id: string, reference: string, at: Date): Promise<boolean>;
  /** RequestPending -> RequestSuccess. */
  issued(id: string, certificate: IssuedCertificate, at: Date): Promise<boolean>;
  /** RequestSuccess -> IssuedToAMT -> Active. */
  advance(id: string, to: 'issued_to_amt' | 'active', at: Date): Promise<boolean>;
  /** From any state in which it is issued; once. */
  revoke(id: string, reason: RevocationReason, at: Date): Promise<boolean>;
  /** Forgets a request that came to nothing. False once it is issued. */
  abandon(id: string): Promise<boolean>;
  get(id: string): Promise<CertificateRecord | null>;
  /** `serial`: hexadecimal, any case, leading zeros do not count. */
  bySerial(issuer: string, serial: string): Promise<CertificateRecord | null>;
  /** Newest first. */
  ofDevice(deviceId: string): Promise<readonly CertificateRecord[]>;
  /** Newest first; at most `limit`. */
  list(limit: number): Promise<readonly CertificateRecord[]>;
  /**
   * Issued, not revoked, and ending before `date`, soonest first. One that has a successor (same device, kind and name, ending later)
   * is left out.
   */
  endingBefore(date: Date, limit: number): Promise<readonly EndingCertificate[]>;
  /** What stands on a list: revoked, and not ended before `endedBefore`. */
  revoked(issuer: string, endedBefore: Date): Promise<readonly RevokedCertificate[]>;
  /** The next number of a revocation list: no two are alike, also when two services ask. */
  nextListNumber(issuer: string): Promise<number>;
  /** Keeps a list, unless one with a higher number is there. */
  keepList(issuer: string, list: PublishedList): Promise<void>;
  /** The list with the highest number, null before the first one; `stale`: something was revoked since it was made. */
  currentList(issuer: string): Promise<(PublishedList & { readonly stale: boolean }) | null>;
}
