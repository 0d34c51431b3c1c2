import { setTimeout as delay } from 'node:timers/promises';
import type { SocketModeReceiver } from '@slack/bolt';
import type { Logger } from '../../src/ports/logger.ts';

/** Slack's Socket Mode client, made with `autoReconnectEnabled: false`. */
type SocketModeClient = SocketModeReceiver['client'];

/** The connection over which Slack sends. */
export interface SocketConnection {
  /** Connects; rejects when the first attempt fails. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const firstWaitMs = 500;
const longestWaitMs = 60_000;
const closeWithinMs = 2_000;

/**
 * Keeps one Socket Mode connection open. The library's own reconnection waits five seconds after each `disconnect` that Slack
 * sends (commands typed meanwhile are lost), and gives up with an unhandled rejection when the network is away at that moment;
 * this one connects again at once, and after a failure keeps trying, at most a minute apart.
 */
export function createSocketConnection(client: SocketModeClient, logger: Logger): SocketConnection {
  let stopped = new AbortController();
  let connecting = false;
  let reconnecting: Promise<void> = Promise.resolve();

  const reconnect = async (): Promise<void> => {
    const { signal } = stopped;
    connecting = true;
    for (let waitMs = firstWaitMs; !signal.aborted; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      try {
        await client.start();
        logger.info({}, 'connected to Slack again');
        break;
      } catch (error) {
        logger.warn({ error, waitMs }, 'could not connect to Slack');
        // Half of it at random, so that several replicas do not come at the same moment.
        await delay(waitMs / 2 + Math.random() * (waitMs / 2), undefined, { signal }).catch(() => {});
      }
    }
    connecting = false;
    // Stopped while the connection was being opened: nobody else closes it.
    if (signal.aborted) await client.disconnect();
  };

  client.on('disconnected', () => {
    if (connecting || stopped.signal.aborted) return;
    logger.info({}, 'Slack closed the connection');
    reconnecting = reconnect();
  });

  return {
    start: async () => {
      stopped = new AbortController();
      connecting = true;
      try {
        await client.start();
      } finally {
        connecting = false;
      }
    },
    stop: async () => {
      stopped.abort();
      const closed = Promise.all([client.disconnect(), reconnecting]);
      const late = new AbortController();
      await Promise.race([closed, delay(closeWithinMs, undefined, { signal: late.signal }).catch(() => {})]);
      late.abort();
      // A second call ends a close that the other side does not answer; on one that is closed it does nothing.
      await client.disconnect();
    },
  };
}
