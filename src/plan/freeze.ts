import { createHash } from 'node:crypto';
import type { OperationName } from '../operations/operation.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';

/** An operation with its resolved, frozen devices. */
export interface Plan {
  readonly operation: OperationName;
  readonly parameters: Readonly<Record<string, string>>;
  readonly devices: readonly TargetDevice[];
  readonly policyVersion: string;
  /** SHA-256 (hex) over operation, parameters, devices and what each is reached by, policy version: what an approval is bound to. */
  readonly hash: string;
}

/** Freezes a plan. The hash does not depend on the order of devices or parameters. Pure. */
export function freezePlan(plan: Omit<Plan, 'hash'>): Plan {
  const parameters = Object.entries(plan.parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  const devices = plan.devices.map(({ id, reach }) => [id, reach]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  const canonical = JSON.stringify([plan.operation, parameters, devices, plan.policyVersion]);
  return { ...plan, hash: createHash('sha256').update(canonical).digest('hex') };
}
