import type { KerberosEncryption } from '../amt/kerberos.ts';

/** A device as the directory should know it. */
export interface DeviceObjectInput {
  /** Fully qualified DNS name that AMT is reached by, such as `host42.corp.example.com`. */
  readonly fqdn: string;
  /** SMBIOS UUID in text form, kept in netbootGUID; null when unknown. */
  readonly uuid: string | null;
  /** What tickets for it may be encrypted with: RC4 alone before AMT 8.0, AES since. */
  readonly encryptions: readonly KerberosEncryption[];
}

/** The computer object of one device. */
export interface DeviceObject {
  readonly dn: string;
  /** sAMAccountName, with its `$`. */
  readonly accountName: string;
  readonly fqdn: string | null;
  readonly uuid: string | null;
  readonly servicePrincipals: readonly string[];
  readonly sid: string;
  /** msDS-KeyVersionNumber: Kerberos kvno, raised by the domain with each password. */
  readonly keyVersion: number;
  readonly passwordSetAt: Date | null;
}

/** What a device has to be given so that tickets for it can be read. Never logged. */
export interface DeviceKeys {
  readonly realm: string;
  readonly keyVersion: number;
  /** Salt of the computer account ([MS-KILE] 3.1.1.2), for firmware that makes its keys from the password itself. */
  readonly salt: string;
  /** Rounds of PBKDF2 (RFC 3962). */
  readonly iterations: number;
  readonly aes256: Uint8Array;
  readonly aes128: Uint8Array;
  /** RC4-HMAC: the only key before AMT 8.0 (RFC 4757). */
  readonly rc4: Uint8Array;
}

/** An object and the keys that belong to the password it has now. */
export interface KeyedDeviceObject {
  readonly object: DeviceObject;
  readonly keys: DeviceKeys;
}

/** Who has a service principal name. More than one is a duplicate, and Kerberos fails for all of them. */
export interface PrincipalHolders {
  readonly servicePrincipal: string;
  /** Distinguished names of all objects that have it, forest-wide; empty when none has. */
  readonly objects: readonly string[];
}

/** What objects are looked up by. */
export type DeviceObjectKey =
  | { readonly by: 'uuid'; readonly uuid: string }
  | { readonly by: 'servicePrincipal'; readonly name: string }
  | { readonly by: 'fqdn'; readonly fqdn: string };

/** Computers as an inventory import wants them. */
export interface DirectoryComputer {
  readonly dn: string;
  /** Distinguished name of the unit or container it lies in. */
  readonly unit: string;
  readonly name: string;
  readonly fqdn: string | null;
  readonly uuid: string | null;
  readonly enabled: boolean;
}

/** What a device is called in the directory. */
export interface DeviceNames {
  /** sAMAccountName, with its `$`. */
  readonly accountName: string;
  readonly servicePrincipals: readonly string[];
}

/** One computer object per device, in the domain's unit. */
export interface DeviceObjects {
  /** What the object of the device with this full DNS name is called, or would be. Throws directory_name_unfit. */
  names(fqdn: string): DeviceNames;
  /**
   * Makes the object, or brings the one of that name in our unit up to date; its password is set either way. Keep the password
   * before the call: it is shown by nobody afterwards. `created` is false when the object was there.
   */
  put(input: DeviceObjectInput, password: string): Promise<KeyedDeviceObject & { readonly created: boolean }>;
  /**
   * Sets a new password; the key version goes up by one. After an error that says mayHaveActed compare the key version with the one
   * before: it tells which of the two passwords is in force.
   */
  rotate(dn: string, password: string): Promise<KeyedDeviceObject>;
  /** The keys of a password, for the object as it is now. */
  keys(dn: string, password: string): Promise<KeyedDeviceObject>;
  /** The one object in our unit; null when there is none. Rejects with directory_ambiguous when there are several. */
  find(key: DeviceObjectKey): Promise<DeviceObject | null>;
  /** Deletes the object and with it its service principal names. False when it was gone already; refuses outside our unit. */
  remove(dn: string): Promise<boolean>;
  /** Who in the forest has each of these principal names (Global Catalog), in the order asked. */
  holders(servicePrincipals: readonly string[]): Promise<readonly PrincipalHolders[]>;
  /** Computers below a unit, page by page, by the order the domain controller has. */
  computers(unit: string): AsyncIterable<readonly DirectoryComputer[]>;
}
