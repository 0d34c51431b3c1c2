import { randomBytes } from 'node:crypto';
import type { Device } from '../../device.ts';
import { numberOf } from '../../faults.ts';
import type { Caller } from '../../protocol/caller.ts';
import { perDevice } from '../per-device.ts';
import { realm } from '../realms.ts';

/** One account of the access control list, digest or Kerberos. */
export interface AclEntry {
  readonly handle: number;
  /** Digest account: its name and the MD5 of `name:realm:password`, hex. */
  digest: { readonly name: string; readonly hash: string } | undefined;
  /** Kerberos account: security identifier. Such an account can be kept here, but not log in. */
  sid: Buffer | undefined;
  /** 0 local, 1 network, 2 any. */
  access: number;
  realms: readonly number[];
  isEnabled: boolean;
  /** A system account, which can't be removed. */
  readonly isSystem: boolean;
}

/** Accounts of one device. The administrator is no entry: its hash is the device's. */
export interface Acl {
  adminName: string;
  readonly entries: Map<number, AclEntry>;
  nextHandle: number;
}

/** `$$uns`, handle 1, local, realm 16, is there from the start. `[capture]` */
export const aclOf = perDevice<Acl>(() => ({
  adminName: 'admin',
  entries: new Map([
    [
      1,
      {
        handle: 1,
        digest: { name: '$$uns', hash: randomBytes(16).toString('hex') },
        sid: undefined,
        access: 0,
        realms: [16],
        isEnabled: true,
        isSystem: true,
      },
    ],
  ]),
  nextHandle: 2,
}));

/** Takes away every account but the administrator and those of the system. */
export function forgetAccounts(device: Device): void {
  const { entries } = aclOf(device);
  for (const { handle, isSystem } of [...entries.values()]) if (!isSystem) entries.delete(handle);
}

/** What a digest login needs to know of an account. */
export interface Login {
  /** MD5 of `name:realm:password`, hex. */
  readonly hash: string;
  readonly caller: Omit<Caller, 'address'>;
}

/** Access of an account that may not come in by an interface: by the network 0, local only; locally 1, network only. `[class model]` */
const shutOut = { network: 0, local: 1 } as const;

/** The account of that name, if it may come in by that interface; a disabled one may not do anything. `[guide]` */
export function loginOf(device: Device, name: string, isLocal = false): Login | undefined {
  const { adminName, entries } = aclOf(device);
  if (name === adminName) return { hash: device.adminHash, caller: { name, isAdmin: true, realms: [] } };
  for (const entry of entries.values()) {
    if (entry.digest?.name !== name) continue;
    if (!entry.isEnabled || entry.access === shutOut[isLocal ? 'local' : 'network']) return undefined;
    return { hash: entry.digest.hash, caller: { name, isAdmin: false, realms: entry.realms } };
  }
  return undefined;
}

/** The one account with the auditor's realm: once there is one, the administrator's audit rights are gone. `[guide]` */
export const auditorOf = (device: Device): AclEntry | undefined =>
  [...aclOf(device).entries.values()].find((entry) => entry.realms.includes(realm.auditLog));

/** Whether the caller is the auditor: the account with that realm, else the administrator. */
export function isAuditor(device: Device, caller: Caller): boolean {
  return auditorOf(device) ? !caller.isAdmin && caller.realms.includes(realm.auditLog) : caller.isAdmin;
}

/** Whether the fault acl-locked keeps every account out at that time. */
export function isLockedOut(device: Device, nowMs: number): boolean {
  const fault = device.faults.get('acl-locked');
  if (!fault) return false;
  fault.sinceMs ??= nowMs;
  return nowMs < fault.sinceMs + numberOf(fault, Number.POSITIVE_INFINITY) * 1000;
}
