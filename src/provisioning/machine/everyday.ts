import { AmtError, type AmtErrorCode, type AmtSession } from '../../ports/amt.ts';
import { type Device, endpointOf } from '../../ports/store/inventory-store.ts';
import { ProvisioningError } from './provisioning-error.ts';
import type { StepWork } from './setup-step.ts';

/** A PC restarts its network with the commit: what it is like meanwhile. */
const passing = new Set<AmtErrorCode>(['connection_refused', 'unreachable', 'no_answer', 'connection_dropped']);
const tries = 6;
const pauseMs = 2_000;

/** The PC as the inventory has it now. */
export async function deviceNow({ device, deps }: StepWork): Promise<Device> {
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
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await deps.gateway.withDevice(endpointOf(device, null), (session) => what(session, device), signal);
    } catch (error) {
      if (!(error instanceof AmtError) || !passing.has(error.code) || error.mayHaveActed || attempt === tries)
        throw error;
    }
    await deps.clock.sleep(pauseMs, signal);
  }
}
