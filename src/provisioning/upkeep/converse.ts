import { AmtError, type AmtErrorCode, type AmtSession } from '../../ports/amt.ts';
import { type Device, endpointOf } from '../../ports/store/inventory-store.ts';
import type { Pc, UpkeepDeps } from './upkeep-deps.ts';

/** In what a conversation differs from what the inventory says. */
export type Way = Partial<Pick<Device, 'credential' | 'certificateFingerprint'>>;

/** A PC restarts its network with a commit: what it is like meanwhile. */
const passing = new Set<AmtErrorCode>(['connection_refused', 'unreachable', 'no_answer', 'connection_dropped']);
const tries = 6;
const pauseMs = 2_000;

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
export async function ask<T>(
  pc: Pc,
  way: Way,
  what: (session: AmtSession) => Promise<T>,
  deps: UpkeepDeps,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await converse(pc, way, what, deps);
    } catch (error) {
      if (!(error instanceof AmtError) || !passing.has(error.code) || attempt === tries) throw error;
    }
    await deps.clock.sleep(pauseMs, pc.signal);
  }
}

/** True for an AmtError with this code. */
export const isAmtError = (error: unknown, code: AmtErrorCode): error is AmtError =>
  error instanceof AmtError && error.code === code;
