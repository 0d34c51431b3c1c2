import type { ServerResponse } from 'node:http';
import type { ConsoleMessage } from '../../src/ports/store/invocation-store.ts';
import { ConsoleError } from './errors.ts';
import type { Feed } from './feed.ts';
import type { ShownMessage } from './render.ts';
import { visibleTo } from './stored-message.ts';

/** Readers at once; each holds one connection. */
const mostReaders = 256;
/** A reader that is this far behind is cut off; it comes back by itself and catches up from the log. */
const mostUnsentBytes = 4 * 1024 * 1024;

/** Streams of messages to readers, as server-sent events (HTML Living Standard, "Server-sent events"). */
export interface EventStreams {
  /** Answers with everything after `after` that `person` may see, and goes on until one side ends it. */
  open(
    response: ServerResponse,
    reader: { readonly channel: string; readonly person: string; readonly after: number },
  ): Promise<void>;
  /** Ends all streams. */
  stop(): void;
}

/** Makes the streams of one console. Each event's id is its change number, so that Last-Event-ID resumes where it broke. */
export function createEventStreams(options: {
  readonly feed: Feed;
  readonly render: (message: ConsoleMessage) => ShownMessage;
}): EventStreams {
  const readers = new Set<ServerResponse>();
  return {
    open: async (response, { channel, person, after }) => {
      if (readers.size >= mostReaders) throw new ConsoleError('ERR_CONSOLE_BUSY');
      readers.add(response);
      const write = (text: string): void => {
        if (response.writableLength > mostUnsentBytes) response.destroy();
        else response.write(text);
      };
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        connection: 'close',
      });
      // A comment at once, so that the reader knows that it is connected while nothing is said.
      write('retry: 1000\n: connected\n\n');
      const { caughtUp, end } = options.feed.listen({
        channel,
        after,
        onBeat: () => write(': beat\n\n'),
        onMessage: (message) => {
          if (!visibleTo(message, person)) return;
          write(`id: ${message.change}\nevent: message\ndata: ${JSON.stringify(options.render(message))}\n\n`);
        },
      });
      response.on('close', () => {
        readers.delete(response);
        end();
      });
      try {
        await caughtUp;
        write('event: caught-up\ndata: {}\n\n');
      } catch {
        // Half a history is worse than none: the reader comes back and asks again from where it is.
        response.destroy();
      }
    },
    stop: () => {
      for (const response of readers) response.end();
      readers.clear();
    },
  };
}
