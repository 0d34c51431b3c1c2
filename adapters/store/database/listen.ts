import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../../../src/ports/logger.ts';
import { type ConnectionSettings, clientConfig } from './connection.ts';

/** A subscription to NOTIFY. */
export interface Listener {
  close(): Promise<void>;
}

const retryMs = 1_000;

/**
 * Calls `onNotice` with the payload of each NOTIFY on the channel, and with an empty one after each (re)connection, for what
 * may have been missed. Connects again by itself. Notices are hints: whoever uses them also looks from time to time.
 */
export async function listen(
  settings: ConnectionSettings,
  channel: string,
  onNotice: (payload: string) => void,
  logger: Logger,
): Promise<Listener> {
  const closing = new AbortController();
  let client = await connect().catch((error: unknown) => {
    // A pooler in transaction mode, for one, has no LISTEN. Looking from time to time still works.
    logger.warn({ error }, 'the database sends no notices: jobs start up to a second later');
    return null;
  });

  async function connect(): Promise<pg.Client> {
    const next = new pg.Client(clientConfig(settings, 'oob listener'));
    next.on('error', (error) => logger.debug({ error }, 'the notice connection broke'));
    next.on('notification', ({ payload }) => onNotice(payload ?? ''));
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
    } catch (error) {
      await next.end().catch(() => undefined);
      throw error;
    }
    next.once('end', () => {
      reconnect().catch((error: unknown) => logger.error({ error }, 'the notice connection stays down'));
    });
    onNotice('');
    return next;
  }

  async function reconnect(): Promise<void> {
    client = null;
    while (!closing.signal.aborted) {
      await sleep(retryMs, undefined, { signal: closing.signal }).catch(() => undefined);
      if (closing.signal.aborted) return;
      client = await connect().catch(() => null);
      if (client) return;
    }
  }

  return {
    async close() {
      closing.abort();
      await client?.end().catch(() => undefined);
    },
  };
}
