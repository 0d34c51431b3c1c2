import { coversDevice } from '../inventory/match-device.ts';
import type { OperationName } from '../operations/operation.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';
import type { MaintenanceWindow, Policy } from './policy.ts';
import { isAbout } from './scope.ts';
import { isOpen } from './windows.ts';

/** A window that is closed, and the devices that it is about while no other window about them is open. */
export interface ClosedWindow {
  readonly window: MaintenanceWindow;
  readonly devices: readonly TargetDevice[];
}

/** The windows that stand in the way now. One open window about a device is enough for it. Pure. */
export function closedFor(
  operation: OperationName,
  devices: readonly TargetDevice[],
  policy: Policy,
  now: Date,
): readonly ClosedWindow[] {
  const about = policy.windows.filter((window) => isAbout(window, operation, policy));
  const open = about.filter((window) => isOpen(window, now)).flatMap(({ targets }) => targets);
  const outside = devices.filter((device) => !coversDevice(open, device));
  return about
    .filter((window) => !isOpen(window, now))
    .map((window) => ({ window, devices: outside.filter((device) => coversDevice(window.targets, device)) }))
    .filter((closed) => closed.devices.length > 0);
}
