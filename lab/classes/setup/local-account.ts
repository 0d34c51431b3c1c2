import { randomBytes } from 'node:crypto';
import type { Device } from '../../device.ts';
import { loginHash } from '../../protocol/login-hash.ts';
import { perDevice } from '../per-device.ts';
import { realm } from '../realms.ts';
import type { Login } from '../security/acl.ts';
import { isProvisioned } from './provisioning.ts';

/** Name of the account that firmware makes for the operating system: GetLocalSystemAccount. `[code: rpc-go, pkg/pthi]` */
export const localAccountName = '$$OsAdmin';

/** Its password, which the driver (HECI) hands to administrators of the operating system. */
export const localPasswordOf = perDevice(() => ({ password: randomBytes(24).toString('base64url') }));

/**
 * The local system account: lets in by the local interface alone, and nobody any more once the PC is set up; it may look and set the
 * PC up `[code: rps]`; what its realms are is a `[guess]`.
 */
export function localLoginOf(device: Device, name: string): Login | undefined {
  if (name !== localAccountName || device.factory === null || isProvisioned(device)) return undefined;
  return {
    hash: loginHash(name, device.realm, localPasswordOf(device).password),
    caller: { name, isAdmin: false, realms: [realm.generalInfo, realm.localSystem] },
  };
}
