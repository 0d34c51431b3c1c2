import type { Job, JobAttempt, PgBoss } from 'pg-boss';
import { z } from 'zod';
import type { Logger } from '../../src/ports/logger.ts';
import type { JobName } from '../../src/ports/store/queue.ts';

/** One process's share of a queue. */
export interface JobLoop {
  readonly name: JobName;
  /** There may be a job: look now. */
  wake(): void;
  /** Takes no more jobs, aborts their signals; after `graceMs` those still under way are given back. */
  stop(graceMs: number): Promise<void>;
}

/** What `createJobLoop` needs. */
export interface JobLoopOptions<P> {
  readonly boss: PgBoss;
  readonly name: JobName;
  /** Jobs under way at once. */
  readonly concurrency: number;
  readonly handler: (payload: P, signal: AbortSignal) => Promise<void>;
  readonly logger: Logger;
}

interface ActiveJob {
  readonly attempt: JobAttempt;
  readonly cancel: AbortController;
  readonly done: Promise<void>;
}

/** Delayed jobs and retries become due without a notice. */
const lookEveryMs = 1_000;
const heartbeatMs = 3_000;
const touched = z.object({ affected: z.number() });

/**
 * Fetches jobs of one queue and runs them. pg-boss's own workers fetch for one job each, so that room for fifty costs fifty
 * queries at every notice; this asks once for as many as there is room for.
 */
export function createJobLoop<P extends object>(options: JobLoopOptions<P>): JobLoop {
  const { boss, name, concurrency, handler, logger } = options;
  const active = new Map<string, ActiveJob>();
  let stopping = false;
  let looking: Promise<void> | null = null;
  let lookAgain = false;

  function wake(): void {
    if (stopping) return;
    lookAgain = true;
    looking ??= look().finally(() => {
      looking = null;
      // Asked for after the loop had ended, before this ran.
      if (lookAgain && active.size < concurrency) wake();
    });
  }

  async function look(): Promise<void> {
    while (lookAgain && !stopping && active.size < concurrency) {
      lookAgain = false;
      try {
        const room = concurrency - active.size;
        const jobs = await boss.fetch<P>(name, { batchSize: room });
        for (const job of jobs) begin(job);
        if (jobs.length === room) lookAgain = true;
      } catch (error) {
        logger.warn({ error, queue: name }, 'no jobs could be fetched');
      }
    }
  }

  function begin(job: Job<P>): void {
    const cancel = new AbortController();
    if (stopping) cancel.abort(new Error('the store is closing'));
    const attempt = { id: job.id, retryCount: job.retryCount };
    const done = run(job.data, attempt, cancel.signal).finally(() => {
      active.delete(job.id);
      wake();
    });
    active.set(job.id, { attempt, cancel, done });
  }

  async function run(payload: P, attempt: JobAttempt, signal: AbortSignal): Promise<void> {
    try {
      await handler(payload, signal);
    } catch (error) {
      logger.warn(
        { error, queue: name, job: attempt.id, retry: attempt.retryCount },
        'a job failed and is tried again',
      );
      // The error itself stays in the log: what it says was not made for the database.
      await settle(() => boss.fail(name, attempt, { message: 'the handler rejected' }));
      return;
    }
    await settle(() => boss.complete(name, attempt));
  }

  /** A job that can't be settled now is handed out again when its heartbeat has run out; handlers are safe to run twice. */
  async function settle(work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => logger.warn({ error, queue: name }, 'the end of a job could not be stored'));
  }

  async function beat(): Promise<void> {
    const jobs = [...active.values()];
    if (jobs.length === 0) return;
    const attempts = jobs.map((job) => job.attempt);
    const { affected } = touched.parse(await boss.touch(name, attempts));
    if (affected === jobs.length) return;
    for (const job of jobs) {
      if (!active.has(job.attempt.id) || touched.parse(await boss.touch(name, job.attempt)).affected > 0) continue;
      if (active.has(job.attempt.id)) job.cancel.abort(new Error('the job was handed to somebody else'));
    }
  }

  const timers = [
    setInterval(wake, lookEveryMs),
    setInterval(() => {
      beat().catch((error: unknown) => logger.warn({ error, queue: name }, 'the heartbeat of jobs failed'));
    }, heartbeatMs),
  ];
  wake();

  return {
    name,
    wake,
    async stop(graceMs) {
      stopping = true;
      await looking;
      for (const job of active.values()) job.cancel.abort(new Error('the store is closing'));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs);
      });
      await Promise.race([Promise.all([...active.values()].map((job) => job.done)), late]);
      clearTimeout(timer);
      for (const each of timers) clearInterval(each);
      const left = [...active.values()].map((job) => job.attempt);
      if (left.length > 0) await settle(() => boss.fail(name, left, { message: 'the service stopped' }));
    },
  };
}
