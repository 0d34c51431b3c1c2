import { cleanLine } from '../../src/messages/plain-text.ts';
import type { View } from '../../src/messages/view.ts';
import { ChatError, type Conversation, type MessageAddress } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ConsoleLog } from '../../src/ports/store/invocation-store.ts';
import { toChatError } from './errors.ts';
import { serviceAuthor } from './render.ts';
import type { StoredView } from './stored-message.ts';

/** Largest view that is kept, attachment included. */
const mostViewBytes = 4 * 1024 * 1024;

/** Where a message of the service goes. */
export interface Destination {
  readonly channel: string;
  /** The invocation it answers, null for what nobody asked for. */
  readonly invocation: string | null;
  readonly thread: number | null;
  /** The one person who sees it; null for everybody. */
  readonly visibleTo: string | null;
}

/** Writes to the log. Everything rejects with ChatError. */
export interface Outbox {
  /** What a person typed. Gives the message's number. */
  typed(person: string, channel: string, text: string, invocation: string): Promise<number>;
  /** With a `key`, what was posted under it is replaced instead. */
  post(view: View, destination: Destination, key?: string): Promise<MessageAddress>;
  replace(address: MessageAddress, view: View): Promise<void>;
  /** Resolves when everything begun so far is written. */
  settled(): Promise<void>;
}

/** Makes the one writer of this process. `changed` is called after each write. */
export function createOutbox(options: {
  readonly log: ConsoleLog;
  readonly clock: Clock;
  readonly channels: ReadonlySet<string>;
  readonly changed: (channel: string) => void;
}): Outbox {
  const { log, clock, channels } = options;
  let tail: Promise<unknown> = Promise.resolve();

  // One at a time, so that changes become visible to readers in the order of their numbers.
  const inTurn = async <T>(channel: string, write: () => Promise<T>): Promise<T> => {
    if (!channels.has(channel))
      throw new ChatError('channel_gone', `There is no console channel "${cleanLine(channel)}".`);
    const written = tail.then(write);
    tail = written.catch(() => undefined);
    try {
      return await written;
    } catch (error) {
      throw toChatError(error);
    } finally {
      options.changed(channel);
    }
  };

  return {
    typed: (person, channel, text, invocation) =>
      inTurn(channel, () =>
        log.append({
          channel,
          author: person,
          visibleTo: null,
          thread: null,
          text,
          view: { view: null, invocation } satisfies StoredView,
          at: clock.now(),
        }),
      ),
    post: async (view, destination, key) => {
      const { channel, invocation, thread } = destination;
      const kept = keptView(view, invocation);
      const number = await inTurn(channel, () =>
        log.append({
          ...destinationColumns(destination),
          author: serviceAuthor,
          text: null,
          view: kept,
          at: clock.now(),
          ...(key === undefined ? {} : { key }),
        }),
      );
      return consoleAddress({ channel, number, invocation, thread });
    },
    replace: async (address, view) => {
      const place = readConsoleAddress(address);
      const kept = keptView(view, place.invocation);
      const replaced = await inTurn(place.channel, () => log.replace(place.number, kept, clock.now()));
      if (!replaced) throw new ChatError('message_gone', 'The message is not in the console log any more.');
    },
    settled: async () => {
      await tail;
    },
  };
}

function destinationColumns({ channel, thread, visibleTo }: Destination) {
  return { channel, thread, visibleTo };
}

function keptView(view: View, invocation: string | null): StoredView {
  const kept: StoredView = { view, invocation };
  if (Buffer.byteLength(JSON.stringify(kept)) > mostViewBytes) {
    throw new ChatError('too_large', 'The message is larger than 4 MiB.');
  }
  return kept;
}

interface Place {
  readonly channel: string;
  readonly number: number;
  readonly invocation: string | null;
  readonly thread: number | null;
}

/** The address of a console message. A message in a thread remembers which, so that answers below it join the same thread. */
export function consoleAddress({ channel, number, invocation, thread }: Place): MessageAddress {
  return {
    platform: 'console',
    reference: {
      channel,
      number: String(number),
      ...(invocation === null ? {} : { invocation }),
      ...(thread === null ? {} : { thread: String(thread) }),
    },
  };
}

/** Reads back what `consoleAddress` made. Throws ChatError `message_gone` for anything else. */
function readConsoleAddress(address: MessageAddress): Place {
  const { channel, number, invocation, thread } = address.reference;
  if (address.platform !== 'console' || channel === undefined || !/^\d{1,15}$/.test(number ?? '')) {
    throw new ChatError('message_gone', 'This is not the address of a console message.');
  }
  return {
    channel,
    number: Number(number),
    invocation: invocation ?? null,
    thread: thread === undefined ? null : Number(thread),
  };
}

/** Where the core's posts to a conversation go: to all, marked with the invocation that the conversation came with. */
export function conversationDestination(conversation: Conversation, thread: MessageAddress | undefined): Destination {
  const root = thread === undefined ? null : readConsoleAddress(thread);
  return {
    channel: conversation.channel,
    invocation: conversation.reference.invocation ?? null,
    thread: root === null ? null : (root.thread ?? root.number),
    visibleTo: null,
  };
}
