import type { OutcomeCode } from '../../messages/reasons/reasons.ts';
import { AmtError } from '../../ports/amt.ts';
import type { Provisioning, ProvisioningStore } from '../../ports/provisioning/provisioning-store.ts';
import type { OutcomeReport } from '../../ports/runs/run-store.ts';
import type { TargetDevice } from '../../ports/store/inventory-store.ts';
import { whyItStopped } from '../../provisioning/machine/why-it-stopped.ts';
import type { Pc, UpkeepDeps } from '../../provisioning/upkeep/upkeep-deps.ts';
import type { DeviceTask, Operation, OperationEnd, OperationName, OperationTask } from '../operation.ts';

/** How the work on one PC ended well, or as well as it could. */
export interface UpkeepEnd {
  readonly status: OperationEnd['status'];
  readonly code: OutcomeCode;
  readonly report: OutcomeReport | null;
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
  work: (pc: Pc, deps: UpkeepDeps, parameters: OperationTask['parameters']) => Promise<UpkeepEnd>,
): Operation {
  const perform = async ({ device, requestId, signal, parameters }: DeviceTask | OperationTask) => {
    if (!deps) return ended({ status: 'failed', code: unavailable, report: null });
    try {
      return ended(await work({ device, requestId: requestId ?? null, signal }, deps, parameters));
    } catch (error) {
      // How a conversation failed is told as of every other one.
      if (error instanceof AmtError || signal.aborted) throw error;
      const { code, evidence } = whyItStopped(error);
      if (code === 'internal_error') throw error;
      return ended({ status: 'failed', code, report: null, evidence });
    }
  };
  return {
    name,
    exclusive: true,
    perform,
    withoutAmt: (task, error) => (error ? null : perform(task)),
    async refusal(devices) {
      if (!deps) return { code: unavailable, details: [] };
      return refusalOf(devices, fits, deps.provisionings);
    },
  };
}

const ended = ({ status, code, report, evidence = [] }: UpkeepEnd): OperationEnd => ({
  status,
  code,
  report,
  evidence,
  facts: {},
  powerState: null,
  amtVersion: null,
});

/** Where some fit, the others say so when it is their turn. */
async function refusalOf(
  devices: readonly TargetDevice[],
  fits: readonly Provisioning['state'][],
  provisionings: ProvisioningStore,
) {
  const records = await provisionings.of(devices.map(({ id }) => id));
  if (records.some(({ state }) => fits.includes(state))) return null;
  const states = records.map(({ state }) => state);
  if (states.includes('removing')) return { code: 'provisioning_removal', details: [] } as const;
  if (states.some((state) => state !== 'removed')) return { code: 'provisioning_unfinished', details: [] } as const;
  return { code: 'not_provisioned_by_us', details: [] } as const;
}
