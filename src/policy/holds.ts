import { coversDevice } from '../inventory/match-device.ts';
import type { OperationName } from '../operations/operation.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';
import type { Hold, Policy } from './policy.ts';
import { isAbout } from './scope.ts';

/** A device that a hold leaves out. */
export interface HeldDevice {
  readonly device: TargetDevice;
  readonly hold: Hold;
}

/** Those that may be worked on, in their order, and those that a hold leaves out, each by the first hold about it. Pure. */
export function withoutHeld(
  devices: readonly TargetDevice[],
  operation: OperationName,
  policy: Policy,
  now: Date,
): { readonly devices: readonly TargetDevice[]; readonly held: readonly HeldDevice[] } {
  const holds = policy.holds.filter(
    (hold) => isAbout(hold, operation, policy) && (hold.until === null || now < hold.until),
  );
  if (holds.length === 0) return { devices, held: [] };
  const kept: TargetDevice[] = [];
  const held: HeldDevice[] = [];
  for (const device of devices) {
    const hold = holds.find(({ targets }) => coversDevice(targets, device));
    if (hold) held.push({ device, hold });
    else kept.push(device);
  }
  return { devices: kept, held };
}

/** `VIP (policy vip-hold)`. Pure. */
export function holdWords({ id, reason }: Pick<Hold, 'id' | 'reason'>): string {
  return `${reason} (policy ${id})`;
}
