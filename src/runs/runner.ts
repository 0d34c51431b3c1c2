import { setTimeout as delay } from 'node:timers/promises';
import type { Operation, OperationName } from '../operations/operation.ts';
import type { AmtGateway } from '../ports/amt.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { ClaimedTask } from '../ports/run-store.ts';
import type { Store } from '../ports/store.ts';
import { createOutcomeBuffer } from './outcome-buffer.ts';
import { performTask } from './perform-task.ts';
import { createSignalFan } from './signal-fan.ts';
import { createSlots } from './slots.ts';

/** Most tasks claimed in one statement. */
const claimAtOnce = 500;
const heartbeatEveryMs = 2_000;
/** A worker not heard of for this long is dead: five heartbeats. */
const deadAfterMs = 10_000;

/** Executes runs: claims tasks as places become free, works on devices, writes outcomes in batches. */
export interface Runner {
  /** Begins to take runs, first those that a dead worker left. */
  start(): Promise<void>;
  /** Takes no new task; gives those under way `graceMs`, then cuts them off to be looked at again after the next start. */
  stop(graceMs: number): Promise<void>;
}

/** What the runner needs. `soleWorker`: no other process shares the database, so whatever looks claimed at start is abandoned. */
export interface RunnerDeps {
  readonly store: Store;
  readonly gateway: AmtGateway;
  readonly operations: Readonly<Record<OperationName, Operation>>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly workerId: string;
  readonly soleWorker: boolean;
  readonly limits: { readonly total: number; readonly perSite: number; readonly verifyMs: number };
  /** A run's progress or end should be shown. */
  readonly onProgress: (requestId: string) => void;
  /** Starts an approved request that has no run yet. */
  readonly startRequest: (requestId: string) => Promise<void>;
}

/** Makes the runner. */
export function createRunner(deps: RunnerDeps): Runner {
  const { store, clock, logger, workerId } = deps;
  const slots = createSlots(deps.limits);
  const noNewTasks = new AbortController();
  const cutOff = new AbortController();
  const cutOffs = createSignalFan(cutOff.signal);
  const executing = new Map<string, Promise<void>>();
  /** Request of each run that is being executed. */
  const shown = new Map<string, string>();
  let pulse: NodeJS.Timeout | null = null;

  async function execute(runId: string): Promise<void> {
    const run = await store.runs.get(runId);
    const request = run && run.state === 'running' ? await store.requests.get(run.requestId) : null;
    if (!request) return;
    const operation = deps.operations[request.operation];
    const buffer = createOutcomeBuffer({
      write: (outcomes) => store.runs.record(runId, outcomes, clock.now()),
      onWritten: () => deps.onProgress(request.id),
      giveUp: cutOff.signal,
      clock,
      logger,
    });
    const underWay = new Set<Promise<void>>();

    const begin = (task: ClaimedTask) => {
      const { site } = task.device;
      const { signal, unlink } = cutOffs.link();
      const work = performTask(task, operation, {
        ...deps,
        verifyMs: deps.limits.verifyMs,
        parameters: request.parameters,
        signal,
        lend: (wait) => slots.lend(site, wait),
      }).then((outcome) => {
        unlink();
        slots.free(site, 1);
        underWay.delete(work);
        if (outcome) buffer.add(outcome);
      });
      underWay.add(work);
    };

    shown.set(runId, request.id);
    try {
      await claimAll(runId, operation.exclusive, (tasks) => {
        for (const task of tasks) begin(task);
        if (tasks.length > 0) deps.onProgress(request.id);
      });
    } finally {
      // Also when the store failed in between: what the devices did must not be lost with this execution.
      await Promise.allSettled(underWay);
      await buffer.written().finally(() => shown.delete(runId));
    }
    const progress = await store.runs.progress(runId);
    const ended = await store.runs.finish(runId, clock.now(), [
      {
        at: clock.now(),
        kind: 'run_ended',
        actor: 'service',
        requestId: request.id,
        data: { runId, ok: progress.ok, failed: progress.failed, unknown: progress.unknown, byCode: progress.byCode },
      },
    ]);
    if (ended || noNewTasks.signal.aborted) deps.onProgress(request.id);
  }

  /** Claims the run's tasks as places become free, until none is pending or the service stops. */
  async function claimAll(runId: string, exclusive: boolean, begin: (tasks: readonly ClaimedTask[]) => void) {
    let sites = await store.runs.pendingSites(runId);
    while (sites.length > 0 && !noNewTasks.signal.aborted) {
      const freed = slots.freed();
      const rooms = slots.reserve(sites, claimAtOnce);
      if (rooms.length === 0) {
        // Many small claims cost more than a short wait for several places.
        await freed;
        await delay(10);
        continue;
      }
      const tasks = await claimFor(runId, rooms, exclusive);
      begin(tasks);
      const takenBySite = Map.groupBy(tasks, (task) => task.device.site);
      for (const { site, room } of rooms) {
        const taken = takenBySite.get(site)?.length ?? 0;
        slots.free(site, room - taken);
        // Fewer than there was room for: this site has no pending task left.
        if (taken < room) sites = sites.filter((each) => each !== site);
      }
      if (sites.length === 0) sites = await store.runs.pendingSites(runId);
    }
  }

  async function claimFor(runId: string, rooms: Parameters<typeof store.runs.claim>[2], exclusive: boolean) {
    try {
      return await store.runs.claim(runId, workerId, rooms, exclusive, clock.now());
    } catch (error) {
      for (const { site, room } of rooms) slots.free(site, room);
      throw error;
    }
  }

  async function beat() {
    const now = clock.now();
    await store.runs.heartbeat(workerId, now);
    if (!noNewTasks.signal.aborted) await pickUp(new Date(now.getTime() - deadAfterMs));
  }

  /** Takes up what a crash or a lost job left: tasks of dead workers, runs that nobody executes, approved requests without a run. */
  async function pickUp(deadBefore: Date, isStart = false) {
    const orphaned = new Set(await store.runs.reclaim(deadBefore));
    if (orphaned.size > 0) logger.warn({ runs: [...orphaned] }, 'taking over tasks of a worker that died');
    for (const runId of await store.runs.unfinished()) {
      // A dead worker's job may still hold the run's key; a living one's must not be doubled.
      if (isStart || orphaned.has(runId)) await store.queue.send('run', { runId });
      else if (!executing.has(runId)) await store.queue.send('run', { runId }, { key: runId });
    }
    for (const requestId of await store.runs.startable()) await deps.startRequest(requestId);
  }

  return {
    async start() {
      const now = clock.now();
      await store.runs.heartbeat(workerId, now);
      // With the database to ourselves every other claim is abandoned; else only those of workers long silent.
      await pickUp(new Date(now.getTime() - (deps.soleWorker ? 1 : deadAfterMs)), true);
      await store.queue.work('run', 50, ({ runId }) => {
        // A job may be handed out twice; one execution per process is enough, for claims are shared anyway.
        const work = executing.get(runId) ?? execute(runId).finally(() => executing.delete(runId));
        executing.set(runId, work);
        return work;
      });
      pulse = setInterval(() => {
        beat().catch((error: unknown) => logger.error({ error }, 'the heartbeat failed'));
      }, heartbeatEveryMs);
    },
    async stop(graceMs) {
      noNewTasks.abort();
      for (const requestId of shown.values()) deps.onProgress(requestId);
      const all = Promise.allSettled([...executing.values()]);
      const grace = new AbortController();
      await Promise.race([all, delay(graceMs, undefined, { signal: grace.signal }).catch(() => {})]);
      grace.abort();
      cutOff.abort(new Error('the service is stopping'));
      await all;
      if (pulse) clearInterval(pulse);
      await store.runs.retire(workerId);
    },
  };
}
