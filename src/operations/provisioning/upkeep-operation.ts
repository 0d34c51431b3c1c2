import { AmtError } from '../../ports/amt.ts';
import type { Provisioning } from '../../ports/provisioning/provisioning-store.ts';
import type { OutcomeReport } from '../../ports/runs/run-store.ts';
import { whyItStopped } from '../../provisioning/machine/why-it-stopped.ts';
import type { Pc, UpkeepDeps } from '../../provisioning/upkeep/upkeep-deps.ts';
import { endOf } from '../finding.ts';
import type { DeviceTask, Operation, OperationName, OperationTask } from '../operation.ts';

/** What the work on one PC came to when it was done. */
export interface Kept {
  readonly report: OutcomeReport;
  /** What could not be done, one line each. Default: nothing. */
  readonly evidence?: readonly string[];
}

const unavailable = 'provisioning_unavailable';

/**
 * An operation on PCs that we provisioned, which has its own conversations: it goes on where passwords or certificates change under it.
 * `fits`: states of their records in which they may be asked for. Null: this service can't.
 */
export function upkeepOperation(
  name: OperationName,
  deps: UpkeepDeps | null,
  fits: readonly Provisioning['state'][],
  work: (pc: Pc, deps: UpkeepDeps) => Promise<Kept>,
): Operation {
  const perform = async ({ device, requestId, signal }: DeviceTask | OperationTask) => {
    if (!deps) return endOf(null, 'failed', unavailable, null);
    try {
      const { report, evidence } = await work({ device, requestId: requestId ?? null, signal }, deps);
      return endOf(null, 'ok', 'done', report, evidence);
    } catch (error) {
      // How a conversation failed is told as of every other one.
      if (error instanceof AmtError || signal.aborted) throw error;
      const { code, evidence } = whyItStopped(error);
      if (code === 'internal_error') throw error;
      return endOf(null, 'failed', code, null, evidence);
    }
  };
  return {
    name,
    exclusive: true,
    perform,
    withoutAmt: (task, error) => (error ? null : perform(task)),
    refusal: upkeepRefusal(deps, fits),
  };
}

/** Why upkeep need not be asked for: no record of the PCs is in a state that fits. Null: this service can't. */
export const upkeepRefusal =
  (deps: UpkeepDeps | null, fits: readonly Provisioning['state'][]): NonNullable<Operation['refusal']> =>
  async (devices) => {
    if (!deps) return { code: unavailable, details: [] };
    const records = await deps.provisionings.of(devices.map(({ id }) => id));
    // Where some fit, the others say so when it is their turn.
    if (records.some(({ state }) => fits.includes(state))) return null;
    const states = records.map(({ state }) => state);
    if (states.includes('removing')) return { code: 'provisioning_removal', details: [] };
    if (states.some((state) => state !== 'removed')) return { code: 'provisioning_unfinished', details: [] };
    return { code: 'not_provisioned_by_us', details: [] };
  };
