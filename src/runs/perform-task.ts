import { endOf } from '../operations/finding.ts';
import type { Operation, OperationEnd } from '../operations/operation.ts';
import { AmtError, type AmtGateway, type AmtSession } from '../ports/amt.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { ClaimedTask, Outcome } from '../ports/runs/run-store.ts';
import { type Device, endpointOf } from '../ports/store/inventory-store.ts';

/** Does the operation on one device. Always ends with an outcome, except when `signal` cut it off: then null. */
export async function performTask(
  task: ClaimedTask,
  operation: Operation,
  deps: {
    readonly gateway: AmtGateway;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly verifyMs: number;
    /** Credential of the account that changes a device's audit log; null: its own. */
    readonly auditCredentialOf: (device: Device) => string | null;
    readonly parameters: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    /** Settles as the wait does; meanwhile the device's place may be another's. */
    readonly lend: <T>(wait: Promise<T>) => Promise<T>;
    /** The request that it is done for; missing: none. */
    readonly requestId?: string;
    /** Something was reached that the request's card shows. */
    readonly progressed?: () => void;
  },
): Promise<Outcome | null> {
  const { gateway, clock, logger, verifyMs, signal, lend, requestId, progressed } = deps;
  const startedAt = clock.now().getTime();
  const outcome = (end: OperationEnd): Outcome => ({
    deviceId: task.device.id,
    ...end,
    tookMs: clock.now().getTime() - startedAt,
  });
  const { device, interrupted } = task;
  // An operation sleeps only while nothing is asked of its device.
  const patient: Clock = { now: clock.now, sleep: (ms, until) => lend(clock.sleep(ms, until)) };
  const context = { lend, ...(requestId === undefined ? {} : { requestId }), ...(progressed ? { progressed } : {}) };
  const work = { device, parameters: deps.parameters, interrupted, verifyMs, clock: patient, signal, ...context };
  const converse = <T>(what: (session: AmtSession) => Promise<T>, until: AbortSignal) =>
    gateway.withDevice(endpointOf(device, deps.auditCredentialOf(device)), what, until);
  const withoutAmt = async (failed: AmtError | null) =>
    (await operation.withoutAmt?.(
      { ...work, readPower: (until) => converse((session) => session.readPower(), until) },
      failed,
    )) ?? null;
  const withAmt = async () => {
    try {
      return await converse((session) => operation.perform({ session, ...work }), signal);
    } catch (error) {
      const end = error instanceof AmtError && !signal.aborted ? await withoutAmt(error) : null;
      if (end) return end;
      throw error;
    }
  };
  try {
    return outcome((await withoutAmt(null)) ?? (await withAmt()));
  } catch (error) {
    if (signal.aborted) return null;
    if (error instanceof AmtError) {
      const lost = error.mayHaveActed || (interrupted && operation.exclusive);
      const end = endOf(null, 'failed', error.code, null, error.evidence);
      return outcome(lost ? { ...end, status: 'unknown' } : end);
    }
    logger.error({ device: task.device.name, operation: operation.name, error }, 'an operation broke');
    return outcome(endOf(null, 'failed', 'internal_error', null));
  }
}
