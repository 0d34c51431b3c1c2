/** Encryption that a device's Kerberos service can use. */
export const kerberosEncryptions = ['rc4-hmac', 'aes128-cts-hmac-sha1-96', 'aes256-cts-hmac-sha1-96'] as const;

/** One of `kerberosEncryptions`. */
export type KerberosEncryption = (typeof kerberosEncryptions)[number];

/** What a device tells of its Kerberos settings; keys are never read back. */
export interface KerberosState {
  readonly enabled: boolean;
  /** The domain, such as `EXAMPLE.COM`; null when none is set. */
  readonly realm: string | null;
  readonly keyVersion: number | null;
  /** Minutes by which clocks may differ; at most 5. */
  readonly clockToleranceMinutes: number | null;
  /** Empty before AMT 8.0, which knows RC4 only. */
  readonly supported: readonly KerberosEncryption[];
  readonly configured: readonly KerberosEncryption[];
}

/** The secret that device and domain share. */
export type KerberosKey =
  /** RC4: the 16 bytes that the domain made of the computer account's password. */
  | { readonly kind: 'master-key'; readonly key: Uint8Array }
  /** Since AMT 8.0: the device makes AES and RC4 keys itself (RFC 3961, RFC 3962). */
  | {
      readonly kind: 'passphrase';
      readonly passphrase: string;
      readonly salt: string;
      readonly iterations: number;
      readonly encryptions: readonly KerberosEncryption[];
    };

/** Kerberos settings to be. */
export interface KerberosSettings {
  readonly realm: string;
  readonly key: KerberosKey;
  /** Counts the changes of the key; the domain's msDS-KeyVersionNumber. */
  readonly keyVersion: number;
  /** 1 to 5. */
  readonly clockToleranceMinutes: number;
  /** Names such as `HTTP/host42.example.com:16993`; firmware keeps them for information only. At most 4. */
  readonly servicePrincipals: readonly string[];
}

/** Kerberos (AMT_KerberosSettingData). */
export interface AmtKerberos {
  read(): Promise<KerberosState>;
  /** Rejects with `class_missing` for a passphrase before AMT 8.0. */
  enable(settings: KerberosSettings): Promise<void>;
  disable(): Promise<void>;
}
