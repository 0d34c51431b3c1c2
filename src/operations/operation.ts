import type { OutcomeCode } from '../messages/reasons.ts';
import type { AmtSession } from '../ports/amt.ts';
import type { Clock } from '../ports/clock.ts';
import type { Device } from '../ports/inventory-store.ts';
import type { OutcomeReport, OutcomeStatus } from '../ports/run-store.ts';

/** Every operation there is on a device. */
export const operationNames = ['power-on', 'power-off', 'reset', 'read-status'] as const;

/** One of `operationNames`. */
export type OperationName = (typeof operationNames)[number];

/** What an operation gets for one device. */
export interface OperationTask {
  readonly session: AmtSession;
  readonly device: Device;
  /** What the command added besides the targets; checked when it was read. */
  readonly parameters: Readonly<Record<string, string>>;
  /** True when an earlier attempt was cut off: its effect is unknown and must be found out, not repeated blindly. */
  readonly interrupted: boolean;
  /** How long to look for the result before giving up. */
  readonly verifyMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** How the operation ended on the device. */
export interface OperationEnd {
  readonly status: OutcomeStatus;
  readonly code: OutcomeCode;
  readonly evidence: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
  readonly report: OutcomeReport | null;
  readonly powerState: number | null;
  readonly amtVersion: string | null;
}

/** What is done to one device. Rejects with AmtError when the conversation fails. */
export interface Operation {
  readonly name: OperationName;
  /** True when no other operation may hold the device meanwhile. */
  readonly exclusive: boolean;
  perform(task: OperationTask): Promise<OperationEnd>;
}
