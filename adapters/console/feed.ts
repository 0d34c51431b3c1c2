import type { Logger } from '../../src/ports/logger.ts';
import type { ConsoleLog, ConsoleMessage } from '../../src/ports/store/invocation-store.ts';

/** Hands every change of a channel to those who listen, once and in order. */
export interface Feed {
  /**
   * First what changed after `after`, then what changes from now on. `onMessage` is called for every change, `onBeat` from
   * time to time so that a dead listener is noticed. Resolves when the listener has caught up; rejects when the log can't be
   * read. Returns at once what ends it.
   */
  listen(listener: Listener): { readonly caughtUp: Promise<void>; readonly end: () => void };
  /** To be called after each write to a channel. */
  changed(channel: string): void;
  /** Forgets all listeners. */
  stop(): void;
}

/** One reader of one channel. */
interface Listener {
  readonly channel: string;
  readonly after: number;
  readonly onMessage: (message: ConsoleMessage) => void;
  readonly onBeat: () => void;
}

interface Following {
  readonly listener: Listener;
  /** Last change handed over. */
  cursor: number;
  /** What came by while it was still catching up; null when it has caught up. */
  waiting: ConsoleMessage[] | null;
}

interface Channel {
  readonly following: Set<Following>;
  cursor: number;
  pumping: boolean;
  again: boolean;
}

const page = 100;

/**
 * A feed over the log: one read per change and channel, however many listen, and none when nothing happens, apart from one
 * read per beat, which picks up what another process wrote to the same log.
 */
export function createFeed(options: {
  readonly log: ConsoleLog;
  readonly logger: Logger;
  readonly beatMs: number;
  /** How often what other processes wrote to the same log is looked for. Default: at each beat. */
  readonly lookMs?: number;
}): Feed {
  const { log, logger } = options;
  const channels = new Map<string, Channel>();
  let timers: readonly NodeJS.Timeout[] = [];

  const hand = (one: Following, message: ConsoleMessage): void => {
    if (message.change <= one.cursor) return;
    one.cursor = message.change;
    one.listener.onMessage(message);
  };

  const pump = async (name: string, channel: Channel): Promise<void> => {
    if (channel.pumping) {
      channel.again = true;
      return;
    }
    channel.pumping = true;
    try {
      do {
        channel.again = false;
        const changes = await log.changes(name, channel.cursor, page);
        for (const message of changes) {
          channel.cursor = message.change;
          for (const one of channel.following) {
            if (one.waiting === null) hand(one, message);
            else one.waiting.push(message);
          }
        }
        if (changes.length === page) channel.again = true;
      } while (channel.again && channel.following.size > 0);
    } catch (error) {
      // The next write or beat tries again from the same place.
      logger.warn({ error, channel: name }, 'the console log could not be read');
    } finally {
      channel.pumping = false;
    }
  };

  const catchUp = async (one: Following): Promise<void> => {
    for (;;) {
      const changes = await log.changes(one.listener.channel, one.cursor, page);
      for (const message of changes) hand(one, message);
      if (changes.length < page) break;
    }
    const waiting = one.waiting ?? [];
    one.waiting = null;
    for (const message of waiting) hand(one, message);
  };

  const look = (): void => {
    for (const [name, channel] of channels) void pump(name, channel);
  };
  const beat = (): void => {
    for (const { following } of channels.values()) for (const { listener } of following) listener.onBeat();
    look();
  };
  const startTimers = (): void => {
    if (timers.length > 0) return;
    const looking = options.lookMs === undefined ? [] : [setInterval(look, options.lookMs).unref()];
    timers = [setInterval(beat, options.beatMs).unref(), ...looking];
  };
  const stopTimers = (): void => {
    for (const each of timers) clearInterval(each);
    timers = [];
  };

  return {
    listen: (listener) => {
      let channel = channels.get(listener.channel);
      if (channel === undefined) {
        channel = { following: new Set(), cursor: listener.after, pumping: false, again: false };
        channels.set(listener.channel, channel);
      }
      const one: Following = { listener, cursor: listener.after, waiting: [] };
      const joined = channel;
      joined.following.add(one);
      startTimers();
      return {
        caughtUp: catchUp(one),
        end: () => {
          joined.following.delete(one);
          if (joined.following.size === 0 && channels.get(listener.channel) === joined)
            channels.delete(listener.channel);
          if (channels.size === 0) stopTimers();
        },
      };
    },
    changed: (name) => {
      const channel = channels.get(name);
      if (channel !== undefined) void pump(name, channel);
    },
    stop: () => {
      channels.clear();
      stopTimers();
    },
  };
}
