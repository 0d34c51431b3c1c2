import { App, ExpressReceiver, SocketModeReceiver } from '@slack/bolt';
import type { RequestHandler } from 'express';
import type { PublicHttp } from '../../src/ports/http.ts';
import type { Logger } from '../../src/ports/logger.ts';
import { createBoltLogger } from './bolt-logger.ts';
import { createSocketConnection } from './socket-connection.ts';
import { webClientOptions } from './web-client.ts';

/** How Slack's requests reach us. */
export type Transport =
  | { readonly mode: 'socket'; readonly appToken: string }
  | { readonly mode: 'http'; readonly signingSecret: string; readonly http: PublicHttp };

/** Receives from Slack. Payloads come to `onPayload` after Slack has its acknowledgement, and only if Slack sent them. */
export interface Receiver {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Path of the one address that Slack's manifest names for commands, buttons and events. */
const slackEventsPath = '/slack/events';

/** A body is read before its signature can be checked; Slack's own are a few KB, a button's carries its message. */
const bodyLimit = '256kb';

/** Makes a receiver; in HTTP mode its routes are mounted right away, and answer 503 until it is started. */
export function createReceiver(
  transport: Transport,
  slackApiUrl: string | undefined,
  logger: Logger,
  onPayload: (body: unknown) => void,
): Receiver {
  const boltLogger = createBoltLogger(logger);
  const build = (receiver: ExpressReceiver | SocketModeReceiver): void => {
    const app = new App({
      receiver,
      logger: boltLogger,
      convoStore: false,
      ignoreSelf: false,
      // Bolt would ask Slack who we are for each delivery; nothing here uses what it would learn.
      authorize: async () => ({}),
    });
    // One place for everything that arrives. Bolt holds what no listener takes for three seconds and then answers 404.
    app.use(async (args) => {
      try {
        // Slack wants its answer within three seconds, so it comes before any work. Bolt itself acknowledges events.
        if ('ack' in args) await args.ack?.();
      } catch (error) {
        // The socket closed in between. Slack sends it again, and the key tells that it is the same.
        logger.warn({ error }, 'could not acknowledge to Slack');
      }
      onPayload(args.body);
    });
    app.error(async (error) => {
      logger.error({ error }, 'a payload from Slack was not handled');
    });
  };

  if (transport.mode === 'socket') {
    const receiver = new SocketModeReceiver({
      appToken: transport.appToken,
      logger: boltLogger,
      autoReconnectEnabled: false,
      installerOptions: { clientOptions: webClientOptions({ slackApiUrl, logger }) },
    });
    build(receiver);
    return createSocketConnection(receiver.client, logger);
  }

  let open = false;
  const gate: RequestHandler = (request, response, next) => {
    if (!open) {
      response.status(503).end();
    } else if (fromTheFuture(request.headers['x-slack-request-timestamp'])) {
      logger.warn({}, 'a request with a timestamp from the future was refused');
      response.status(401).end();
    } else {
      next();
    }
  };
  transport.http.post(slackEventsPath, gate);
  build(
    new ExpressReceiver({
      app: transport.http,
      signingSecret: transport.signingSecret,
      endpoints: slackEventsPath,
      bodyLimit,
      logger: boltLogger,
    }),
  );
  return {
    start: async () => {
      open = true;
    },
    stop: async () => {
      open = false;
    },
  };
}

/** Bolt refuses what is older than five minutes but nothing from the future, which could be kept and sent again for as long. */
function fromTheFuture(timestamp: string | string[] | undefined): boolean {
  return Number(timestamp) > Date.now() / 1000 + 60 * 5;
}
