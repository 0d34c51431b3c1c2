import type { AmtSession } from '../../ports/amt.ts';
import { type Device, endpointOf } from '../../ports/store/inventory-store.ts';
import { type Patience, patiently, whileRestarting } from './patiently.ts';
import { ProvisioningError } from './provisioning-error.ts';
import type { StepWork } from './setup-step.ts';

/** What may have acted is not sent again. */
const patience: Patience = {
  ...whileRestarting,
  passes: (error) => !error.mayHaveActed && whileRestarting.passes(error),
};

/** The PC as the inventory has it now. */
async function deviceNow({ device, deps }: StepWork): Promise<Device> {
  const [now] = await deps.inventory.devices([device.id]);
  if (!now) throw new ProvisioningError('provisioning_not_verified', ['it is no longer in the inventory']);
  return now;
}

/** A conversation as every other one, by what the inventory says now, with patience for a network that restarts. */
export async function everyday<T>(
  work: StepWork,
  what: (session: AmtSession, device: Device) => Promise<T>,
): Promise<T> {
  const { deps, signal } = work;
  const device = await deviceNow(work);
  const converse = () => deps.gateway.withDevice(endpointOf(device, null), (session) => what(session, device), signal);
  return patiently(converse, patience, deps.clock, signal);
}
