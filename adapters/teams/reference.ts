import { z } from 'zod';
import { ChatError } from '../../src/ports/chat.ts';

/**
 * Where to post, or what was posted: our own record rather than the SDK's, so that stored ones outlive it. Strings only.
 * `activityId` is empty for a place. `conversationId` of a message in a channel ends in `;messageid=` and its thread's first
 * message; that of a channel itself does not.
 */
export interface TeamsReference extends Readonly<Record<string, string>> {
  readonly channelId: 'msteams';
  readonly serviceUrl: string;
  readonly tenantId: string;
  readonly conversationId: string;
  readonly activityId: string;
  /** Bot Framework id of the bot, `28:` and its app id. */
  readonly botId: string;
  /** Whether it is in a channel of a team, the only place in Teams that has threads. */
  readonly kind: 'channel' | 'chat';
}

const schema = z.object({
  channelId: z.literal('msteams'),
  serviceUrl: z.url(),
  tenantId: z.string(),
  conversationId: z.string().min(1),
  activityId: z.string().default(''),
  botId: z.string(),
  kind: z.enum(['channel', 'chat']).exactOptional(),
});

/** Reads a stored record. Throws ChatError `rejected` when it is none of ours. */
export function readReference(record: Readonly<Record<string, string>>): TeamsReference {
  const parsed = schema.safeParse(record);
  if (!parsed.success) throw new ChatError('rejected', 'the stored address is not one of Teams');
  const { conversationId } = parsed.data;
  return { ...parsed.data, kind: parsed.data.kind ?? (hasChannelId(conversationId) ? 'channel' : 'chat') };
}

/** Teams worldwide (Microsoft Teams documentation, "Send proactive messages"): for places in which nobody has spoken yet. */
export const teamsServiceUrl = 'https://smba.trafficmanager.net/teams/';

/** A channel or chat that is known by its ids alone. */
export function namedPlace(place: {
  readonly serviceUrl: string;
  readonly tenant: string;
  readonly channel: string;
  readonly appId: string;
}): TeamsReference {
  return readReference({
    channelId: 'msteams',
    serviceUrl: place.serviceUrl,
    tenantId: place.tenant,
    conversationId: place.channel,
    botId: `28:${place.appId}`,
  });
}

/** The channel or chat of a conversation id, without the thread. */
export function placeOf(conversationId: string): string {
  return conversationId.split(';')[0] ?? conversationId;
}

/** For records written by hand. Ids of chats end in `@thread.v2` or start with `a:`. */
function hasChannelId(conversationId: string): boolean {
  return /@thread\.(?:tacv2|skype)$/.test(placeOf(conversationId));
}

/**
 * Hosts of the Bot Connector for Teams: worldwide and GCC (Microsoft Teams documentation, "Proactive messages", service URLs).
 * The bot's token goes to these and no others.
 */
export const teamsServiceHosts: readonly string[] = ['smba.trafficmanager.net', 'smba.infra.gcc.teams.microsoft.com'];

/**
 * Whether messages, and with them the bot's token, may be sent to `serviceUrl`: https to one of `hosts` on its usual port.
 * With `loopback`, for a bot without a token, this machine and nothing else.
 */
export function isTrustedService(serviceUrl: string, hosts: readonly string[], loopback: boolean): boolean {
  const url = URL.parse(serviceUrl);
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (loopback) {
    return /^https?:$/.test(url.protocol) && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  }
  return url.protocol === 'https:' && url.port === '' && hosts.includes(url.hostname);
}
