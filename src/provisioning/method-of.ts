import { coversDevice } from '../inventory/match-device.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';

/** How PCs may be provisioned, as people say it. */
export const provisioningMethods = ['in-band', 'out-of-band'] as const;

/** One of `provisioningMethods`. */
export type ProvisioningMethod = (typeof provisioningMethods)[number];

/** Which PCs are provisioned how. */
export interface MethodRule {
  readonly appliesTo: readonly string[];
  readonly method: ProvisioningMethod;
}

/** The one way of a PC: the last rule that covers it counts; in-band where none does. Pure. */
export function methodOf(
  device: Pick<TargetDevice, 'name' | 'site' | 'groups'>,
  rules: readonly MethodRule[],
): ProvisioningMethod {
  return rules.findLast(({ appliesTo }) => coversDevice(appliesTo, device))?.method ?? 'in-band';
}
