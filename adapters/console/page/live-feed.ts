import type { ShownMessage } from '../render.ts';
import { ApiError, getMessages, type Seat, streamAddress } from './api.ts';

/** Keeps one seat's messages coming. */
export interface FeedOptions {
  readonly seat: Seat;
  /** The channel as it is now; called first and after each lost connection. */
  readonly onAll: (messages: readonly ShownMessage[]) => void;
  readonly onChange: (message: ShownMessage) => void;
  readonly onConnection: (state: 'there' | 'lost') => void;
  /** The session is over. */
  readonly onSignedOut: () => void;
}

/** Follows a channel until stopped. After a lost connection everything is read anew: the service may have a new log. */
export function followChannel(options: FeedOptions): { readonly stop: () => void } {
  let stopped = false;
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;

  const again = (): void => {
    source?.close();
    if (stopped) return;
    options.onConnection('lost');
    timer = setTimeout(connect, Math.min(500 * 2 ** tries, 5000));
    tries++;
  };
  const connect = (): void => {
    getMessages(options.seat).then(
      ({ messages, change }) => {
        if (stopped) return;
        options.onAll(messages);
        source = new EventSource(streamAddress(options.seat, change));
        source.addEventListener('open', () => {
          tries = 0;
          options.onConnection('there');
        });
        source.addEventListener('message', (event: MessageEvent<string>) => options.onChange(JSON.parse(event.data)));
        source.addEventListener('error', again);
      },
      (error: unknown) => {
        if (error instanceof ApiError && error.status === 401) options.onSignedOut();
        else again();
      },
    );
  };
  connect();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      source?.close();
    },
  };
}
