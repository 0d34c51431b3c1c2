import { AmtError, type AmtErrorCode, type AmtSession } from '../../ports/amt.ts';
import { type Device, endpointOf } from '../../ports/store/inventory-store.ts';
import { patiently, whileRestarting } from '../machine/patiently.ts';
import type { Pc, UpkeepDeps } from './upkeep-deps.ts';

/** In what a conversation differs from what the inventory says. */
export type Way = Partial<Pick<Device, 'credential' | 'certificateFingerprint'>>;

/** One conversation with the PC. Rejects with AmtError. */
export function converse<T>(
  { device, signal }: Pc,
  way: Way,
  what: (session: AmtSession) => Promise<T>,
  { gateway }: UpkeepDeps,
): Promise<T> {
  return gateway.withDevice(endpointOf({ ...device, ...way }, null), what, signal);
}

/** The same, with patience for a network that restarts: for questions only, which may be asked again. */
export function ask<T>(pc: Pc, way: Way, what: (session: AmtSession) => Promise<T>, deps: UpkeepDeps): Promise<T> {
  return patiently(() => converse(pc, way, what, deps), whileRestarting, deps.clock, pc.signal);
}

/** True for an AmtError with this code. */
export const isAmtError = (error: unknown, code: AmtErrorCode): error is AmtError =>
  error instanceof AmtError && error.code === code;
