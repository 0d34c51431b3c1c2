import { z } from 'zod';
import type { Account, Conversation, Invocation } from '../../src/ports/chat.ts';
import { bareCommand, commandInMessage } from './command-text.ts';
import { slackAccount, typedByPerson } from './identity.ts';

/** What Slack delivered, in our words. Everything but how to answer is already what the core sees. */
export interface Arrival extends Omit<Invocation, 'respond'> {
  /** Where an answer to this one person can be sent to, for half an hour and five times; null for messages. */
  readonly responseUrl: string | null;
  /** Thread it was said in, so that the answer shows there. */
  readonly thread: string | null;
}

/** Who we are and whom we listen to. */
export interface Listening {
  readonly botUserId: string;
  readonly teamIds: ReadonlySet<string>;
}

/** Why a payload is not for us; for the log. */
export type Ignored =
  | 'not understood'
  | 'not typed by a person'
  | 'foreign workspace'
  | 'only mentions us'
  | 'no button';

const slashCommand = z.object({
  command: z.string().startsWith('/'),
  text: z.string().default(''),
  trigger_id: z.string().min(1),
  team_id: z.string().min(1),
  user_id: z.string().min(1),
  user_name: z.string().optional(),
  channel_id: z.string().min(1),
  channel_name: z.string().optional(),
  response_url: z.url(),
});

const blockActions = z.object({
  type: z.literal('block_actions'),
  user: z.object({
    id: z.string().min(1),
    name: z.string().optional(),
    username: z.string().optional(),
    team_id: z.string().nullish(),
  }),
  team: z.object({ id: z.string() }).nullish(),
  channel: z.object({ id: z.string().min(1), name: z.string().optional() }),
  container: z.object({
    message_ts: z.string().min(1),
    is_ephemeral: z.boolean().optional(),
    thread_ts: z.string().optional(),
  }),
  actions: z.array(z.object({ type: z.string(), action_id: z.string().min(1), action_ts: z.string() })).min(1),
  response_url: z.url().optional(),
});

const message = z.object({
  type: z.literal('event_callback'),
  event_id: z.string().min(1),
  team_id: z.string().nullish(),
  event: z.object({
    type: z.enum(['app_mention', 'message']),
    channel_type: z.string().optional(),
    channel: z.string().min(1),
    text: z.string().default(''),
    thread_ts: z.string().optional(),
    user: z.string().optional(),
    user_team: z.string().nullish(),
    source_team: z.string().nullish(),
    team: z.string().nullish(),
    bot_id: z.string().nullish(),
    bot_profile: z.unknown().optional(),
    subtype: z.string().optional(),
    edited: z.unknown().optional(),
  }),
});

const payload = z.union([slashCommand, blockActions, message]);

/** Reads one payload whose origin Slack has vouched for (signature, or our own Socket Mode connection). Pure. */
export function readPayload(body: unknown, listening: Listening): Arrival | Ignored {
  const parsed = payload.safeParse(body);
  if (!parsed.success) return 'not understood';
  if ('command' in parsed.data) return readSlashCommand(parsed.data, listening);
  return parsed.data.type === 'block_actions'
    ? readButton(parsed.data, listening)
    : readMessage(parsed.data, listening);
}

function readSlashCommand(body: z.infer<typeof slashCommand>, { teamIds }: Listening): Arrival | Ignored {
  const account = slackAccount(body.user_id, [body.team_id], teamIds);
  if (account === null) return 'foreign workspace';
  const direct = body.channel_name === 'directmessage';
  return {
    // A trigger id belongs to one thing done by one person, however often it is delivered.
    key: `slack:command:${body.trigger_id}`,
    account,
    displayName: body.user_name ?? body.user_id,
    // The direct message may be one with a colleague, where we cannot post: named by the person, it is ours with them.
    conversation: conversation(
      account,
      body.channel_id,
      direct,
      direct ? body.user_id : body.channel_id,
      body.channel_name,
    ),
    what: { kind: 'command', text: bareCommand(body.text) },
    responseUrl: body.response_url,
    thread: null,
  };
}

function readButton(body: z.infer<typeof blockActions>, { teamIds }: Listening): Arrival | Ignored {
  const account = slackAccount(body.user.id, [body.user.team_id, body.team?.id], teamIds);
  if (account === null) return 'foreign workspace';
  const action = body.actions[0];
  if (action?.type !== 'button') return 'no button';
  const { channel, container } = body;
  const thread = container.thread_ts ?? null;
  return {
    key: `slack:button:${channel.id}:${container.message_ts}:${action.action_id}:${body.user.id}:${action.action_ts}`,
    account,
    displayName: body.user.username ?? body.user.name ?? body.user.id,
    conversation: conversation(account, channel.id, channel.id.startsWith('D'), channel.id, channel.name),
    what: {
      kind: 'action',
      id: action.action_id,
      // What only one person sees has no address: Slack can't edit it.
      message:
        container.is_ephemeral === true
          ? null
          : { platform: 'slack', reference: messageReference(channel.id, container.message_ts, thread) },
    },
    responseUrl: body.response_url ?? null,
    thread,
  };
}

function readMessage(body: z.infer<typeof message>, { botUserId, teamIds }: Listening): Arrival | Ignored {
  const { event } = body;
  const direct = event.channel_type === 'im';
  if (event.type === 'message' && !direct) return 'not understood';
  if (!typedByPerson(event, botUserId)) return 'not typed by a person';
  const account = slackAccount(event.user, [event.user_team, event.source_team, event.team, body.team_id], teamIds);
  if (account === null) return 'foreign workspace';
  const text = commandInMessage(event.text, botUserId, !direct);
  if (text === null) return 'only mentions us';
  return {
    key: `slack:event:${body.event_id}`,
    account,
    displayName: event.user,
    conversation: conversation(account, event.channel, direct, event.channel),
    what: { kind: 'command', text },
    responseUrl: null,
    thread: event.thread_ts ?? null,
  };
}

/** Stand-ins that Slack sends instead of the name of a channel that it keeps to itself. */
const namesForNothing = new Set(['directmessage', 'privategroup']);

function conversation(account: Account, channel: string, direct: boolean, postTo: string, name?: string): Conversation {
  return {
    platform: 'slack',
    tenant: account.tenant,
    channel,
    ...(name === undefined || namesForNothing.has(name) ? {} : { name }),
    direct,
    reference: { channel: postTo },
  };
}

/** The record behind a message address: where it is, and the thread's first message when it is inside one. */
export function messageReference(channel: string, ts: string, thread: string | null): Record<string, string> {
  return { channel, ts, ...(thread === null || thread === ts ? {} : { thread }) };
}
