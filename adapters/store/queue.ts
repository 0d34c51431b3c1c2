import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import type { Logger } from '../../src/ports/logger.ts';
import type { JobName, JobPayloads, Queue } from '../../src/ports/store/queue.ts';
import type { ConnectionSettings, Database } from './database/connection.ts';
import { listen } from './database/listen.ts';
import { createJobLoop, type JobLoop } from './job-loop.ts';

/** The queue, and the way to end it. */
export interface RunningQueue extends Queue {
  /** Takes no more jobs, aborts the signals of those under way and waits for their handlers for `graceMs` at most. */
  stop(graceMs: number): Promise<void>;
}

const jobNames: readonly JobName[] = ['run', 'scan', 'checklist', 'request-expiry'];
const channel = 'oob_job';
const day = 24 * 60 * 60;

const queueOptions = {
  // One unfinished job per singletonKey, waiting or active. (groupConcurrency does not hold on PostgreSQL in pg-boss 12.)
  policy: 'exclusive',
  // The shortest that pg-boss takes: a worker that dies is noticed after this and one round of supervision.
  heartbeatSeconds: 10,
  // A run lasts as long as it lasts; a dead worker is noticed by its heartbeat, not by this.
  expireInSeconds: day - 1,
  retryLimit: 1000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  retentionSeconds: 30 * day,
  deleteAfterSeconds: day,
} as const;

/**
 * Starts pg-boss in schema `pgboss` of the same database. `soleOwner`: nobody else works on this database, so that jobs under way
 * are a dead process's and are taken back at once, without waiting for their heartbeat to run out.
 */
export async function startQueue(
  settings: ConnectionSettings,
  database: Database,
  soleOwner: boolean,
  logger: Logger,
): Promise<RunningQueue> {
  const boss = new PgBoss({
    ...settings,
    application_name: 'oob queue',
    schema: 'pgboss',
    max: 3,
    schedule: false,
    registerInstance: false,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    openTelemetry: { enabled: false },
  });
  boss.on('error', (error) => logger.warn({ error }, 'the queue met an error and goes on'));
  boss.on('warning', ({ message, data }) => logger.warn({ warning: data }, `queue: ${message}`));
  await boss.start();
  for (const name of jobNames) {
    await boss.createQueue(name, queueOptions);
    if (!soleOwner) continue;
    const { rows } = await database.query<{ id: string }>(
      `select id from pgboss.job where name = $1 and state = 'active'`,
      [name],
    );
    const orphans = rows.map((row) => row.id);
    if (orphans.length > 0) await boss.fail(name, orphans, { message: 'the service that had it died' });
  }

  const loops: JobLoop[] = [];
  const wake = (name: string): void => {
    for (const loop of loops) if (name === '' || loop.name === name) loop.wake();
  };
  const listener = await listen(settings, channel, wake, logger);

  return {
    async send(name, payload, options = {}) {
      await boss.send(name, payload, {
        singletonKey: options.key ?? randomUUID(),
        ...(options.notBefore ? { startAfter: options.notBefore } : {}),
      });
      // Only a hint to other processes: their loops look by themselves every second.
      if (!options.notBefore) await database.query('select pg_notify($1, $2)', [channel, name]);
    },

    async work(name, concurrency, handler) {
      loops.push(createJobLoop<JobPayloads[typeof name]>({ boss, name, concurrency, handler, logger }));
    },

    async stop(graceMs) {
      await listener.close();
      await Promise.all(loops.map((loop) => loop.stop(graceMs)));
      await boss.stop({ graceful: false, close: true });
    },
  };
}
