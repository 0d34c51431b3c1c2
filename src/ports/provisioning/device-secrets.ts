/** Whose password it is: AMT's administrator, MEBx at the PC, the computer object in Active Directory. */
export const deviceSecretKinds = ['administrator', 'mebx', 'directory'] as const;

/** One of `deviceSecretKinds`. */
export type DeviceSecretKind = (typeof deviceSecretKinds)[number];

/** A password of one device. */
export interface DeviceSecret {
  /** Empty for `mebx`; the sAMAccountName for `directory`. */
  readonly user: string;
  readonly password: string;
  /** When it was proposed; once it is in force, since when. */
  readonly setAt: Date;
}

/**
 * Passwords of single devices, sealed with `service.secretKey` (AES-256-GCM, device id and kind authenticated). Whatever seals or reads
 * one rejects with ERR_SECRET_KEY when the key is missing or another one than the passwords were sealed with.
 */
export interface DeviceSecretStore {
  /** Rejects when nothing could be sealed: asked before anything is begun. */
  ready(): Promise<void>;
  /**
   * Keeps a password that a device is about to be given, beside the one in force. One that is proposed already stays: resolves to
   * the one that holds. It is on disk when this resolves.
   */
  propose(
    deviceId: string,
    kind: DeviceSecretKind,
    secret: { readonly user: string; readonly password: string },
    at: Date,
  ): Promise<DeviceSecret>;
  proposed(deviceId: string, kind: DeviceSecretKind): Promise<DeviceSecret | null>;
  /** What the device has. Many lookups at once cost one query. */
  inForce(deviceId: string, kind: DeviceSecretKind): Promise<DeviceSecret | null>;
  /** The proposed one is in force now; the one before is kept as the former one. False when none is proposed. Needs no key. */
  confirm(deviceId: string, kind: DeviceSecretKind, at: Date): Promise<boolean>;
  /** The device did not take it. False when none is proposed. Needs no key. */
  withdraw(deviceId: string, kind: DeviceSecretKind): Promise<boolean>;
  /** All of a device but those of `keep` in force, at the end of its removal. Needs no key. */
  forget(deviceId: string, keep?: readonly DeviceSecretKind[]): Promise<void>;
  /** Devices under management whose administrator password in force was set before `date`, oldest first, at most `limit`. For rotation and the digest; needs no key. */
  setBefore(date: Date, limit: number): Promise<readonly { readonly deviceId: string; readonly setAt: Date }[]>;
}

const ownCredential = 'device:';

/** Name in `Device.credential` of a device's own administrator. No configured credential can be named so. */
export function deviceCredentialName(deviceId: string): string {
  return `${ownCredential}${deviceId}`;
}

/** The device whose own administrator a credential is; null for a configured one. */
export function deviceOfCredential(name: string): string | null {
  return name.startsWith(ownCredential) ? name.slice(ownCredential.length) : null;
}

const proposedCredential = 'device-proposed:';

/** Name for the password that a device was offered, whose answer is not known: to find out whether it took it. Stands in no inventory. */
export function proposedCredentialName(deviceId: string): string {
  return `${proposedCredential}${deviceId}`;
}

/** The device whose proposed administrator a credential is; null for another. */
export function deviceOfProposed(name: string): string | null {
  return name.startsWith(proposedCredential) ? name.slice(proposedCredential.length) : null;
}
