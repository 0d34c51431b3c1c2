import { factoryPassword } from '../../bare/factory.ts';
import type { Device } from '../../device.ts';
import { loginHash } from '../../protocol/login-hash.ts';
import { perDevice } from '../per-device.ts';

/** Where a device stands between the factory and the fleet. */
interface Provisioning {
  /** ProvisioningState: 0 pre, 1 in, 2 post. `[class model]` */
  state: number;
  /** Who set it up: 2 with certificates or over the network, 1 whoever sat before it. `[class model]` */
  controlMode: 1 | 2;
  /** Components that made the last unprovisioning fail. */
  blockedBy: readonly number[];
}

/** Provisioning state; the fault not-provisioned overrides it. */
export const provisioningOf = perDevice<Provisioning>((device) => ({
  state: device.factory ? 0 : 2,
  controlMode: device.faults.has('client-mode') ? 1 : 2,
  blockedBy: [],
}));

/** ProvisioningState as the device tells it. */
export const provisioningState = (device: Device): number =>
  device.faults.has('not-provisioned') ? 0 : provisioningOf(device).state;

/** Whether it is a PC from the factory that waits for a set-up server or is being set up. */
export const isInSetup = (device: Device): boolean => device.factory !== null && provisioningState(device) !== 2;

/** Whether the administrator still has the password that the factory gave. */
export const isFactoryPassword = (device: Device): boolean =>
  device.adminHash === loginHash('admin', device.realm, factoryPassword);

/** CurrentControlMode as the device tells it: 0 until it is set up. `[class model]` */
export const controlModeOf = (device: Device): number =>
  isProvisioned(device) ? provisioningOf(device).controlMode : 0;

/** Whether the device is in operation. */
export const isProvisioned = (device: Device): boolean => provisioningState(device) === 2;
