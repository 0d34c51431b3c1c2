import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { Operation, OperationName } from '../operations/operation.ts';
import type { AmtGateway } from '../ports/amt.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { ClaimedTask, LimitHit, RunStand } from '../ports/runs/run-store.ts';
import type { Device } from '../ports/store/inventory-store.ts';
import type { Store } from '../ports/store/store.ts';
import { isBad } from './failure-limit.ts';
import { type NextStep, nextStep } from './next-step.ts';
import { createOutcomeBuffer } from './outcome-buffer.ts';
import { performTask } from './perform-task.ts';
import { retryOf } from './retry.ts';
import type { SignalFan } from './signal-fan.ts';
import type { Slots } from './slots.ts';

/** Most tasks claimed in one statement. */
const claimAtOnce = 250;
/** Devices that are begun with in one turn of the event loop. */
const beginAtOnce = 10;
/** How often a run is looked at that waits for what other processes do. */
const lookEveryMs = 1_000;
/** Pause after a claim that gave nothing: the rate is used up, or other processes have the last ones in hand. */
const emptyClaimMs = 250;

/** What one execution needs. */
export interface ExecutionDeps {
  readonly store: Store;
  readonly gateway: AmtGateway;
  readonly operations: Readonly<Record<OperationName, Operation>>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly workerId: string;
  readonly slots: Slots;
  readonly verifyMs: number;
  /** Credential of the account that changes a device's audit log; null: its own. */
  readonly auditCredentialOf: (device: Device) => string | null;
  /** A run's progress or end should be shown. */
  readonly onProgress: (requestId: string) => void;
  /** Aborted: nothing more is begun. */
  readonly noNewTasks: AbortSignal;
  /** Signals that cut off what is under way. */
  readonly cutOffs: SignalFan;
}

/**
 * This process's share of a run: claims tasks as places become free and waves are released, works on the devices, writes outcomes in
 * batches, ends the run when every task has ended. Any number of processes may do so at once. Resolves when there is nothing left
 * to do here for now.
 */
export async function executeRun(runId: string, deps: ExecutionDeps): Promise<void> {
  const { store, clock, logger, workerId, slots, noNewTasks } = deps;
  const run = await store.runs.get(runId);
  const request = run && run.state !== 'ended' ? await store.requests.get(run.requestId) : null;
  if (!request) return;
  const { id: requestId } = request;
  const operation = deps.operations[request.operation];
  const underWay = new Set<Promise<void>>();
  let wake = () => {};
  const buffer = createOutcomeBuffer({
    write: (outcomes) => store.runs.record(runId, outcomes, clock.now()),
    onWritten: () => {
      deps.onProgress(requestId);
      wake();
    },
    // Without a store there is nothing to wait for at the end: what is not written is looked at again after the next start.
    giveUp: noNewTasks,
    clock,
    logger,
  });

  const begin = (task: ClaimedTask) => {
    const { site } = task.device;
    const { signal, unlink } = deps.cutOffs.link();
    const work = performTask(task, operation, {
      ...deps,
      parameters: request.parameters,
      signal,
      lend: (wait) => slots.lend(site, wait),
      requestId,
      progressed: () => deps.onProgress(requestId),
    }).then((outcome) => {
      unlink();
      slots.free(site, 1);
      underWay.delete(work);
      if (!outcome) return;
      const retry = retryOf(operation.name, outcome, task, run?.pacing, clock.now());
      buffer.add(retry ? { ...outcome, retry } : outcome);
    });
    underWay.add(work);
  };

  /** Each begins with a connection: what people type is not to wait for hundreds of them. */
  async function beginAll(tasks: readonly ClaimedTask[]): Promise<void> {
    for (const [number, task] of tasks.entries()) {
      begin(task);
      if (number % beginAtOnce === beginAtOnce - 1) await turn();
    }
  }

  /** Does what is next, again and again, until that is nothing; true when the run may be over then. */
  async function goOn(): Promise<boolean> {
    while (!noNewTasks.aborted) {
      const stand = await store.runs.stand(runId);
      const step: NextStep = stand ? nextStep(stand, clock.now()) : { kind: 'leave' };
      if (!stand || step.kind === 'leave') return underWay.size > 0;
      if (step.kind === 'finish') return true;
      await act(step, stand);
    }
    return true;
  }

  async function act(step: NextStep, stand: RunStand): Promise<void> {
    if (step.kind === 'wait') return pause(lookEveryMs);
    if (step.kind === 'cancel') return store.runs.cancelPending(runId, clock.now());
    if (step.kind === 'expire') return store.runs.expirePending(runId, clock.now());
    if (step.kind === 'ready') return store.runs.readyDue(runId, clock.now());
    if (step.kind === 'release') await store.runs.change(runId, stand.version, { kind: 'release' }, []);
    if (step.kind === 'pause') await pauseByItself(stand.version, step.hit);
    if (step.kind === 'claim' && (await claimFrom(stand)) === 0) await pause(emptyClaimMs);
    deps.onProgress(requestId);
  }

  /** Waits until an outcome of ours is written, or for so long, or until the service stops. */
  async function pause(mostMs: number): Promise<void> {
    const written = new AbortController();
    wake = () => written.abort();
    const signal = AbortSignal.any([written.signal, noNewTasks]);
    await delay(mostMs, undefined, { signal }).catch(() => {});
  }

  async function pauseByItself(version: number, found: Omit<LimitHit, 'byCode'>): Promise<void> {
    const bad = (await store.runs.outcomes(runId, { all: false, limit: found.of })).filter(isBad);
    const byCode = Object.fromEntries(
      [...Map.groupBy(bad, ({ code }) => code)].map(([code, all]) => [code, all.length]),
    );
    const hit = { ...found, byCode };
    const at = clock.now();
    await store.runs.change(runId, version, { kind: 'pause', pause: { at, by: 'service', hit } }, [
      { at, kind: 'run_paused', actor: 'service', requestId, data: { runId, hit } },
    ]);
  }

  /**
   * Claims as places become free, until the sites have no pending task that may begin now, or waiting ones are due, or the deadline has
   * passed. Resolves to how many were claimed.
   */
  async function claimFrom(stand: RunStand): Promise<number> {
    let { sites } = stand;
    const untilMs = Math.min(...[stand.nextAt, stand.deadlineAt].map((moment) => moment?.getTime() ?? Infinity));
    let claimed = 0;
    // The next ones are claimed while these are begun with: no place is idle meanwhile.
    let begun: Promise<void> = Promise.resolve();
    while (sites.length > 0 && !noNewTasks.aborted && clock.now().getTime() < untilMs) {
      const freed = slots.freed();
      const rooms = slots.reserve(sites, claimAtOnce);
      if (rooms.length === 0) {
        // Many small claims cost more than a short wait for several places.
        await freed;
        await delay(10);
        continue;
      }
      const tasks = await claim(rooms).catch(async (error: unknown) => {
        await begun;
        throw error;
      });
      begun = begun.then(() => beginAll(tasks));
      if (tasks.length > 0) deps.onProgress(requestId);
      claimed += tasks.length;
      const takenBySite = Map.groupBy(tasks, (task) => task.device.site);
      for (const { site, room } of rooms) {
        const taken = takenBySite.get(site)?.length ?? 0;
        slots.free(site, room - taken);
        // Fewer than there was room for: this site has nothing more for now.
        if (taken < room) sites = sites.filter((each) => each !== site);
      }
    }
    await begun;
    return claimed;
  }

  async function claim(rooms: Parameters<typeof store.runs.claim>[2]): Promise<readonly ClaimedTask[]> {
    try {
      return await store.runs.claim(runId, workerId, rooms, operation.exclusive, clock.now());
    } catch (error) {
      for (const { site, room } of rooms) slots.free(site, room);
      throw error;
    }
  }

  let mayBeOver = true;
  try {
    mayBeOver = await goOn();
  } finally {
    // Also when the store failed in between: what the devices did must not be lost with this execution.
    await Promise.allSettled(underWay);
    await buffer.written();
  }
  if (mayBeOver) await finishRun(runId, requestId, deps);
}

/** Ends the run if every task has ended. */
async function finishRun(
  runId: string,
  requestId: string,
  { store, clock, noNewTasks, onProgress }: ExecutionDeps,
): Promise<void> {
  const { ok, failed, unknown, skipped, byCode } = await store.runs.progress(runId);
  const data = { runId, ok, failed, unknown, skipped, byCode };
  const at = clock.now();
  const ended = await store.runs.finish(runId, at, [{ at, kind: 'run_ended', actor: 'service', requestId, data }]);
  if (ended || noNewTasks.aborted) onProgress(requestId);
}
