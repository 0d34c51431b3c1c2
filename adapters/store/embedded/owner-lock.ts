import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type ConnectionSettings, clientConfig } from '../database/connection.ts';
import { advisoryLocks } from '../database/locks.ts';
import { StoreError } from '../store-error.ts';
import { isAlive } from './postmaster.ts';

/** The one connection whose lock says that the private database has a service. */
export interface OwnerLock {
  /** From now on the loss of the connection is expected. */
  letGo(): void;
  close(): Promise<void>;
}

const graceMs = 5_000;
const mark = 'oob owner ';

/**
 * Takes the private database for this process. Rejects with ERR_STORE_IN_USE naming the process that has it; waits a little
 * when that process is dead already and the server has not noticed yet. `onLost` is called when the connection breaks.
 */
export async function takeOwnership(settings: ConnectionSettings, onLost: (error: Error) => void): Promise<OwnerLock> {
  const client = new pg.Client(clientConfig(settings, `${mark}${process.pid}`));
  let expected = false;
  const lost = (cause?: Error): void => {
    if (expected) return;
    expected = true;
    onLost(new StoreError('ERR_STORE_LOST', 'The private PostgreSQL is gone.', { cause }));
  };
  client.on('error', lost);
  client.on('end', () => lost());
  try {
    await client.connect();
    const deadline = Date.now() + graceMs;
    while (!(await tryLock(client))) {
      const holder = await holderOf(client);
      if (holder !== null && (isAlive(holder) || Date.now() > deadline))
        throw new StoreError(
          'ERR_STORE_IN_USE',
          `Another oob service (process ${holder}) works on this data directory. Stop it, or give this one a data directory of its own; several services share one database by DATABASE_URL.`,
        );
      await sleep(50);
    }
  } catch (error) {
    expected = true;
    await client.end().catch(() => undefined);
    throw error;
  }
  return {
    letGo: () => {
      expected = true;
    },
    close: () => client.end().catch(() => undefined),
  };
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', [
    ...advisoryLocks.owner,
  ]);
  return rows[0]?.taken ?? false;
}

async function holderOf(client: pg.Client): Promise<number | null> {
  const { rows } = await client.query<{ name: string }>(
    `select activity.application_name as name
     from pg_locks as held join pg_stat_activity as activity on activity.pid = held.pid
     where held.locktype = 'advisory' and held.granted and held.classid::bigint = $1 and held.objid::bigint = $2`,
    [...advisoryLocks.owner],
  );
  const name = rows[0]?.name;
  return name?.startsWith(mark) ? Number(name.slice(mark.length)) : null;
}
