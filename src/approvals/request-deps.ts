import type { RefusalCode } from '../messages/reasons/reasons.ts';
import type { OperationName } from '../operations/operation.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { TrailEntry, TrailKind } from '../ports/trail/trail-store.ts';
import type { FollowUpSettings } from './follow-up.ts';
import type { PlannerDeps } from './planner.ts';
import type { Refusal } from './wish.ts';

/** What the room's service is made from. */
export interface RequestDeps extends PlannerDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Why an operation need not even be asked for on these devices; null: it may be. Default: it always may. */
  readonly foresee?: (
    operation: OperationName,
    devices: readonly TargetDevice[],
    parameters: Readonly<Record<string, string>>,
  ) => Promise<Pick<Refusal, 'code' | 'details'> | null>;
  /** The subnet of an address at a site; null when it is not known. */
  readonly subnetOf?: (site: string, host: string) => string | null;
  /** Default: nobody is reminded, nothing is escalated. */
  readonly followUp?: FollowUpSettings;
  /** Told after every change that a card should show. */
  readonly onChange: (requestId: string) => void;
}

/** A refusal. Pure. */
export const refusal = (code: RefusalCode, ...details: readonly string[]): Refusal => ({ ok: false, code, details });

/** Makes the trail entries of requests. */
export const entryMaker =
  (clock: Pick<Clock, 'now'>) =>
  (kind: TrailKind, actor: string, requestId: string | null, data: Record<string, unknown>): TrailEntry => ({
    at: clock.now(),
    kind,
    actor,
    requestId,
    data,
  });
