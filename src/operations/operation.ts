import type { OutcomeCode, RefusalCode } from '../messages/reasons/reasons.ts';
import type { Fact } from '../messages/view.ts';
import type { AmtError, AmtSession, PowerReading } from '../ports/amt.ts';
import type { Clock } from '../ports/clock.ts';
import type { OutcomeReport, OutcomeStatus } from '../ports/runs/run-store.ts';
import type { Device, TargetDevice } from '../ports/store/inventory-store.ts';

/** Every operation there is on a device. */
export const operationNames = [
  'power-on',
  'power-off',
  'shut-down',
  'power-cycle',
  'reset',
  'boot',
  'read-status',
  'diagnose',
  'verify',
  'discover',
  'read-events',
  'read-inventory',
  'pull-audit-log',
  'export-audit-log',
  'enable-audit-log',
  'disable-audit-log',
  'clear-audit-log',
  'read-audit-policy',
  'set-audit-policy',
  'sync-time',
  'read-alarms',
  'set-alarm',
  'clear-alarm',
  'read-accounts',
  'apply-accounts',
  'prune-accounts',
  'read-settings',
  'diff-settings',
  'apply-settings',
  'provision',
  'update',
  'renew-certificates',
  'rotate-passwords',
  'unprovision',
  'unprovision-fully',
] as const;

/** One of `operationNames`. */
export type OperationName = (typeof operationNames)[number];

/**
 * Operations that take away what an auditor relies on. A role may ask for them only when it names them: `all` does not cover them, so
 * that whoever administers PCs does not by that alone hold power over the record of it.
 */
export const auditorOperations: readonly OperationName[] = ['disable-audit-log', 'clear-audit-log'];

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
  /** The request that this is done for. Default: none. */
  readonly requestId?: string;
  /** To be told when something was reached that the request's card shows. Default: nobody wants to know. */
  readonly progressed?: () => void;
  /** Settles as the wait does; meanwhile the device's place may be another's. Default: the place is kept. */
  readonly lend?: <T>(wait: Promise<T>) => Promise<T>;
}

/** What an operation gets for one device when it does without AMT. */
export interface DeviceTask extends Omit<OperationTask, 'session'> {
  /** Asks AMT for the power state, in a conversation of its own. Rejects with AmtError. */
  readPower(signal: AbortSignal): Promise<PowerReading>;
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
  /** Does it without AMT: in its place (`failed` is null) or after it failed. Null: only AMT can do it. */
  withoutAmt?(task: DeviceTask, failed: AmtError | null): Promise<OperationEnd> | null;
  /** Why it need not even be asked for on these devices, as far as that is known without asking them; null: it may be. */
  refusal?(
    devices: readonly TargetDevice[],
    parameters?: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: RefusalCode; readonly details: readonly string[] } | null>;
  /** What whoever has to agree should know beyond operation and devices, as things stand now. Default: nothing. */
  foretell?(devices: readonly TargetDevice[], parameters: Readonly<Record<string, string>>): Promise<readonly Fact[]>;
}

/** What an operation says of a plan beforehand. Never rejects. */
export type Foretell = (
  plan: { readonly operation: OperationName; readonly parameters: Readonly<Record<string, string>> },
  devices: readonly TargetDevice[],
) => Promise<readonly Fact[]>;
