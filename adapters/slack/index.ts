import { refusalCard } from '../../src/messages/cards/refusal-card.ts';
import { type ChatAdapter, ChatError, type OnInvocation, type OnTurnedAway } from '../../src/ports/chat.ts';
import type { PublicHttp } from '../../src/ports/http.ts';
import type { Logger } from '../../src/ports/logger.ts';
import { answerTo } from './answer.ts';
import { createDelivery } from './delivery.ts';
import { toChatError } from './errors.ts';
import { readPayload } from './payload.ts';
import { createReceiver, type Transport } from './receive.ts';
import { readStranger } from './stranger.ts';
import { createWebClient } from './web-client.ts';

/** What the Slack adapter needs. Tokens are handed over as values and appear in no message, log or error. */
export interface SlackAdapterOptions {
  /** `socket`: we connect to Slack (no public address needed). `http`: Slack sends signed requests to us. */
  readonly mode: 'socket' | 'http';
  /** Bot user OAuth token, `xoxb-...`. */
  readonly botToken: string;
  /** App-level token with `connections:write`, `xapp-...`. Mode `socket` only. */
  readonly appToken?: string;
  /** Signing secret of the app. Mode `http` only. */
  readonly signingSecret?: string;
  /** The server that Slack's requests reach. Mode `http` only; `/slack/events` is mounted on it at once. */
  readonly http?: PublicHttp;
  /** Ids of the workspaces (`T...`) whose people are listened to. At least one: whoever belongs to another is ignored. */
  readonly teamIds: readonly string[];
  /** Base address of the Web API. Default: https://slack.com/api/. */
  readonly slackApiUrl?: string;
  readonly logger: Logger;
}

/**
 * Slack as a chat platform: `/oob`, mentions, direct messages and buttons in, Block Kit messages out.
 * Throws TypeError when a setting that the mode needs is missing. `start` rejects with ChatError when Slack does not take the
 * tokens or can't be reached.
 */
export function createSlackAdapter(options: SlackAdapterOptions): ChatAdapter {
  const { logger, slackApiUrl } = options;
  const transport = transportOf(options);
  if (options.botToken === '') throw new TypeError('Slack: the bot token is missing');
  if (options.teamIds.length === 0) throw new TypeError('Slack: name at least one workspace id (T...) to listen to');
  const teamIds = new Set(options.teamIds);

  const client = createWebClient(options.botToken, { slackApiUrl, logger });
  const delivery = createDelivery(client, logger);
  const underWay = new Set<Promise<unknown>>();
  let botUserId = '';
  let take: OnInvocation | null = null;
  let turnAway: OnTurnedAway | null = null;

  /** Lets `stop` wait for it. */
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    const settled = work.then(
      () => {},
      () => {},
    );
    underWay.add(settled);
    void settled.then(() => underWay.delete(settled));
    return work;
  };

  const receiver = createReceiver(transport, slackApiUrl, logger, (body) => {
    const arrival = readPayload(body, { botUserId, teamIds });
    if (typeof arrival === 'string') {
      logger.debug({ reason: arrival }, 'a payload from Slack was ignored');
      const stranger = arrival === 'foreign workspace' ? readStranger(body) : null;
      if (stranger && turnAway) void tracked(turnAway(stranger));
      return;
    }
    const onInvocation = take;
    if (onInvocation === null) return;
    const { responseUrl: _url, thread: _thread, ...what } = arrival;
    const respond = answerTo(arrival, delivery);
    void tracked(handOver(onInvocation, { ...what, respond: (view) => tracked(respond(view)) }, logger));
  });

  return {
    platform: 'slack',
    start: async (onInvocation, onTurnedAway) => {
      try {
        const self = await client.auth.test();
        if (self.user_id === undefined)
          throw new ChatError('rejected', 'Slack does not say who the bot token belongs to');
        botUserId = self.user_id;
        if (self.team_id !== undefined && !teamIds.has(self.team_id)) {
          logger.warn({ workspace: self.team_id }, 'the bot token belongs to a workspace that is not listened to');
        }
        take = onInvocation;
        turnAway = onTurnedAway ?? null;
        await receiver.start();
      } catch (error) {
        take = null;
        throw toChatError(error);
      }
    },
    stop: async () => {
      await receiver.stop();
      while (underWay.size > 0) await Promise.all(underWay);
      take = null;
    },
    post: (conversation, view, thread) => tracked(delivery.post(conversation, view, thread)),
    update: (address, view) => tracked(delivery.update(address, view)),
  };
}

async function handOver(
  onInvocation: OnInvocation,
  invocation: Parameters<OnInvocation>[0],
  logger: Logger,
): Promise<void> {
  try {
    await onInvocation(invocation);
  } catch (error) {
    logger.error({ error, key: invocation.key }, 'what came from Slack was not taken');
    await invocation.respond(refusalCard({ code: 'internal_refusal', details: [] })).catch((failure: unknown) => {
      logger.warn({ error: failure }, 'and could not be answered');
    });
  }
}

function transportOf({ mode, appToken, signingSecret, http }: SlackAdapterOptions): Transport {
  if (mode === 'socket') {
    if (appToken === undefined || appToken === '') {
      throw new TypeError('Slack: Socket Mode needs an app-level token (xapp-...) with connections:write');
    }
    return { mode, appToken };
  }
  // Without a secret anybody could send commands.
  if (signingSecret === undefined || signingSecret === '')
    throw new TypeError('Slack: mode http needs the signing secret');
  if (http === undefined) throw new TypeError('Slack: mode http needs the public server');
  return { mode, signingSecret, http };
}
