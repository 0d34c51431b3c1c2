import type { ChatAdapter } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Logger } from '../../src/ports/logger.ts';
import type { SitePages } from '../../src/ports/site-pages.ts';
import type { ConsoleLog } from '../../src/ports/store/invocation-store.ts';
import { createEventStreams } from './event-stream.ts';
import { createFeed } from './feed.ts';
import { type ConsoleMode, createConsoleIdentity } from './identity.ts';
import { conversationDestination, createOutbox } from './outbox.ts';
import { createPageFiles } from './page-files.ts';
import { createReceiver } from './receive.ts';
import { createMessageRenderer } from './render.ts';
import { createRoutes } from './routes.ts';
import { type LoopbackServer, listenOnLoopback } from './server.ts';

export { type ConsoleMode, createTokenLookup } from './identity.ts';
export { addressOf } from './sites/addresses.ts';

/** What the console is made of. */
export interface ConsoleOptions {
  /** Loopback address and port; port 0 takes any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly log: ConsoleLog;
  readonly clock: Clock;
  /** `id` is kept with messages, `name` is shown: `it-ops`, `#it-ops`. */
  readonly channels: readonly { readonly id: string; readonly name: string }[];
  /** Those whose names are known; in the demo, those that the page lets one speak as. */
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly mode: ConsoleMode;
  /** Where browsers reach it beside the loopback address, such as `https://console.example.com`. Default: nowhere. */
  readonly origin?: string;
  /** What the pages about sites show. */
  readonly pages: SitePages;
  readonly logger: Logger;
  /** Commands that the page offers to try, without `/oob`. Default: none. */
  readonly hints?: readonly string[];
  /** Milliseconds between signs of life on a stream. Default 15,000. */
  readonly beatMs?: number;
  /** True when other processes write to the same log: it is looked at once a second. */
  readonly sharedLog?: boolean;
}

/** The local console: a chat platform of its own, with a page, for demonstrations and for work without Slack or Teams. */
export interface ConsoleAdapter extends ChatAdapter {
  /** Where the page is; final once started. */
  readonly url: string;
}

/**
 * Makes the console. Messages live in `log`; the page, `oob say` and the core meet there. `start` rejects with
 * ConsoleError ERR_CONSOLE_LISTEN or ERR_CONSOLE_NOT_LOOPBACK; `post` and `update` reject with ChatError.
 */
export function createConsoleAdapter(options: ConsoleOptions): ConsoleAdapter {
  const { log, clock, logger, mode, people } = options;
  const channels = new Map(options.channels.map(({ id, name }) => [id, name]));
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const render = createMessageRenderer(people);
  const feed = createFeed({
    log,
    logger,
    beatMs: options.beatMs ?? 15_000,
    ...(options.sharedLog ? { lookMs: 1_000 } : {}),
  });
  const streams = createEventStreams({ feed, render });
  const outbox = createOutbox({ log, clock, channels: new Set(channels.keys()), changed: feed.changed });
  const files = createPageFiles();
  let server: LoopbackServer | null = null;

  return {
    platform: 'console',
    knowsKeys: true,
    get url() {
      const { host } = options.listen;
      return `http://${host.includes(':') ? `[${host}]` : host}:${server?.port ?? options.listen.port}`;
    },
    start: async (onInvocation) => {
      const receiver = createReceiver({
        log,
        outbox,
        logger,
        channels,
        nameOf: (person) => names.get(person) ?? person,
        onInvocation,
      });
      server = await listenOnLoopback({
        ...options.listen,
        logger,
        origin: options.origin ?? null,
        routesFor: (port) =>
          createRoutes({
            log,
            identity: createConsoleIdentity({ mode, clock, port }),
            receiver,
            streams,
            files,
            render,
            channels: options.channels,
            people,
            demo: mode.kind === 'demo',
            pages: options.pages,
            hints: options.hints ?? [],
          }),
      });
    },
    stop: async () => {
      streams.stop();
      feed.stop();
      await server?.close();
      await outbox.settled();
    },
    // What is posted later answers nothing that was said before.
    placeOf: (conversation) => {
      const name = options.channels.find(({ id }) => id === conversation.channel)?.name;
      return { ...conversation, ...(name === undefined ? {} : { name }), reference: {} };
    },
    post: async (conversation, view, thread, key) =>
      outbox.post(view, conversationDestination(conversation, thread), key),
    update: (address, view) => outbox.replace(address, view),
  };
}
