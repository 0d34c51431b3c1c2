import { coversDevice } from '../inventory/match-device.ts';
import type { OperationName } from '../operations/operation.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';
import type { Policy, Scope } from './policy.ts';

/** True when a rule is about the operation: it names it, or it names all and the operation does more than look. Pure. */
export function isAbout(scope: Scope, operation: OperationName, policy: Pick<Policy, 'risks'>): boolean {
  return (
    scope.operations.includes(operation) || (scope.operations.includes('all') && policy.risks[operation] !== 'read')
  );
}

/** The devices that a rule is about. Pure. */
export function devicesOf(scope: Scope, devices: readonly TargetDevice[]): readonly TargetDevice[] {
  return devices.filter((device) => coversDevice(scope.targets, device));
}
