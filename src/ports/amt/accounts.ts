/** AMT realms by Intel's numbers (Intel AMT Implementation and Reference Guide, "Realms"). */
export const realms = {
  2: 'redirection',
  3: 'pt-administration',
  4: 'hardware-asset',
  5: 'remote-control',
  6: 'storage',
  7: 'event-manager',
  8: 'storage-administration',
  9: 'agent-presence-local',
  10: 'agent-presence-remote',
  11: 'circuit-breaker',
  12: 'network-time',
  13: 'general-information',
  14: 'firmware-update',
  15: 'eit',
  16: 'local-user-notification',
  17: 'endpoint-access-control',
  18: 'endpoint-access-control-administrator',
  19: 'event-log-reader',
  20: 'audit-log',
  21: 'user-access-control',
  24: 'local-system',
} as const;

/** A realm's name. */
export type Realm = (typeof realms)[keyof typeof realms];

/** One entry of a device's access control list. */
export interface AmtAccount {
  /** Opaque to callers; names the entry in changes. */
  readonly handle: number;
  readonly who:
    | { readonly kind: 'digest'; readonly user: string }
    | { readonly kind: 'kerberos'; readonly sid: string };
  readonly access: 'local' | 'network' | 'any';
  /** Names; a realm of an unknown number is `realm 22`. */
  readonly realms: readonly string[];
  readonly enabled: boolean;
}

/**
 * An entry to be. For a digest user the password is needed when it is added and is never read back; null in an update leaves it
 * as it is.
 */
export interface AmtAccountInput {
  readonly who:
    | { readonly kind: 'digest'; readonly user: string; readonly password: string | null }
    | { readonly kind: 'kerberos'; readonly sid: string };
  readonly access: 'local' | 'network' | 'any';
  readonly realms: readonly Realm[];
}

/** The access control list (AMT_AuthorizationService). The system's own entries (`$$...`) are neither shown nor touched. */
export interface AmtAccounts {
  list(): Promise<readonly AmtAccount[]>;
  add(account: AmtAccountInput): Promise<void>;
  update(handle: number, account: AmtAccountInput): Promise<void>;
  remove(handle: number): Promise<void>;
  setEnabled(handle: number, enabled: boolean): Promise<void>;
}
