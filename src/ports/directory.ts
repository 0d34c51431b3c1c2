import type { DeviceObjects } from './directory/device-objects.ts';
import type { OrganizationalUnit } from './directory/organizational-unit.ts';
import type { DirectoryPeople } from './directory/people.ts';

/** Why Active Directory could not be asked, or refused. Closed list; the sentences are in src/messages/reasons/directory-reasons.ts. */
export const directoryErrorCodes = [
  'directory_settings_unreadable',
  'directory_unreachable',
  'directory_silent',
  'directory_dropped',
  'directory_busy',
  'directory_certificate_untrusted',
  'directory_certificate_name',
  'directory_certificate_expired',
  'directory_tls_failed',
  'directory_name_not_found',
  'directory_wrong_password',
  'directory_account_locked',
  'directory_account_disabled',
  'directory_password_expired',
  'directory_password_empty',
  'directory_no_rights',
  'directory_referral',
  'directory_not_found',
  'directory_already_exists',
  'directory_duplicate_spn',
  'directory_password_refused',
  'directory_password_weak',
  'directory_name_unfit',
  'directory_not_ours',
  'directory_ambiguous',
  'directory_unwilling',
  'directory_incomplete',
  'directory_protocol',
] as const;

/** One of `directoryErrorCodes`. */
export type DirectoryErrorCode = (typeof directoryErrorCodes)[number];

/**
 * A failed conversation with a domain controller. `code` is what callers match on; `evidence` are facts fit for people (no
 * secrets, one line each); `mayHaveActed` is true when a change may have reached the domain controller without an answer.
 */
export class DirectoryError extends Error {
  readonly code: DirectoryErrorCode;
  readonly evidence: readonly string[];
  readonly mayHaveActed: boolean;

  constructor(
    code: DirectoryErrorCode,
    evidence: readonly string[] = [],
    options: { cause?: unknown; mayHaveActed?: boolean } = {},
  ) {
    super(evidence.length > 0 ? `${code}: ${evidence.join('; ')}` : code, { cause: options.cause });
    this.name = 'DirectoryError';
    this.code = code;
    this.evidence = evidence;
    this.mayHaveActed = options.mayHaveActed ?? false;
  }
}

/** What a domain controller says of itself and of the account that asks (RFC 4512 root DSE, [MS-ADTS] 3.1.1.3.2). */
export interface DirectoryFacts {
  /** DNS name of the domain controller that answers, such as `dc1.corp.example.com`. */
  readonly server: string;
  /** Distinguished name of the domain, such as `DC=corp,DC=example,DC=com`. */
  readonly baseDn: string;
  /** Kerberos realm: the domain's DNS name in capitals. */
  readonly realm: string;
  readonly serverTime: Date;
  /** SIDs of our account and of all groups that count for it here. */
  readonly sids: readonly string[];
}

/** One Active Directory domain. Every method rejects with DirectoryError. */
export interface Directory {
  /** Name of the domain in the configuration. */
  readonly name: string;
  readonly facts: () => Promise<DirectoryFacts>;
  readonly unit: OrganizationalUnit;
  readonly devices: DeviceObjects;
  readonly people: DirectoryPeople;
  /** Ends all connections. */
  close(): Promise<void>;
}
