import type { Device } from '../../device.ts';
import { perDevice } from '../per-device.ts';

/** Where a device stands between the factory and the fleet. */
interface Provisioning {
  /** ProvisioningState: 0 pre, 1 in, 2 post. `[class model]` */
  state: number;
  /** Components that made the last unprovisioning fail. */
  blockedBy: readonly number[];
}

/** Provisioning state; the fault not-provisioned overrides it. */
export const provisioningOf = perDevice<Provisioning>(() => ({ state: 2, blockedBy: [] }));

/** ProvisioningState as the device tells it. */
export const provisioningState = (device: Device): number =>
  device.faults.has('not-provisioned') ? 0 : provisioningOf(device).state;

/** Whether the device is in operation. */
export const isProvisioned = (device: Device): boolean => provisioningState(device) === 2;
