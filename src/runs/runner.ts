import { setTimeout as delay } from 'node:timers/promises';
import { type ExecutionDeps, executeRun } from './execute-run.ts';
import { createSignalFan } from './signal-fan.ts';
import { createSlots } from './slots.ts';

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
export interface RunnerDeps
  extends Pick<
    ExecutionDeps,
    'store' | 'gateway' | 'operations' | 'auditCredentialOf' | 'clock' | 'logger' | 'workerId' | 'onProgress'
  > {
  readonly soleWorker: boolean;
  readonly limits: Parameters<typeof createSlots>[0] & { readonly verifyMs: number };
  /** Starts an approved request that has no run yet. */
  readonly startRequest: (requestId: string) => Promise<void>;
}

/** Makes the runner. */
export function createRunner(deps: RunnerDeps): Runner {
  const { store, clock, logger, workerId, limits } = deps;
  const noNewTasks = new AbortController();
  const cutOff = new AbortController();
  const execution: ExecutionDeps = {
    ...deps,
    slots: createSlots(limits),
    verifyMs: limits.verifyMs,
    noNewTasks: noNewTasks.signal,
    cutOffs: createSignalFan(cutOff.signal),
  };
  const executing = new Map<string, Promise<void>>();
  /** Request of each run that is being executed. */
  const shown = new Map<string, string>();
  let pulse: NodeJS.Timeout | null = null;

  /** Takes part in a run; one execution per process is enough, for claims are shared anyway. */
  function take(runId: string): Promise<void> {
    const known = executing.get(runId);
    if (known) return known;
    const onProgress = (requestId: string) => {
      shown.set(runId, requestId);
      deps.onProgress(requestId);
    };
    const work = executeRun(runId, { ...execution, onProgress }).finally(() => {
      executing.delete(runId);
      shown.delete(runId);
    });
    executing.set(runId, work);
    return work;
  }

  async function beat() {
    const now = clock.now();
    await store.runs.heartbeat(workerId, now);
    if (!noNewTasks.signal.aborted) await pickUp(new Date(now.getTime() - deadAfterMs));
  }

  /**
   * Takes up what a crash left (tasks of dead workers, approved requests without a run), and helps with every run that has not ended:
   * a job wakes one process at once, the others come by themselves.
   */
  async function pickUp(deadBefore: Date) {
    const orphaned = await store.runs.reclaim(deadBefore);
    if (orphaned.length > 0) logger.warn({ runs: orphaned }, 'taking over tasks of a worker that died');
    for (const requestId of await store.runs.startable()) await deps.startRequest(requestId);
    for (const runId of await store.runs.unfinished())
      take(runId).catch((error: unknown) => logger.error({ runId, error }, 'a run was interrupted, trying again'));
  }

  return {
    async start() {
      const now = clock.now();
      await store.runs.heartbeat(workerId, now);
      // With the database to ourselves every other claim is abandoned; else only those of workers long silent.
      await pickUp(new Date(now.getTime() - (deps.soleWorker ? 1 : deadAfterMs)));
      await store.queue.work('run', 50, ({ runId }) => take(runId));
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
