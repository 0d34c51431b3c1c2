import type { Account, Conversation, Invocation, MessageAddress } from '../../src/ports/chat.ts';
import { executeSchema, mentionsIn, submitSchema, type TeamsActivity } from './activity.ts';
import { readCommandText } from './command-text.ts';
import { placeOf, type TeamsReference } from './reference.ts';

/** What Teams delivered, in our words. */
export type Arrival = Omit<Invocation, 'respond'>;

/** What a person said or pressed, before it is known who they are; null when it is not for us. */
export type Said = Invocation['what'] & { readonly by: 'message' | 'execute' };

/** Reads what an activity asks for. Pure. */
export function readSaid(activity: TeamsActivity): Said | null {
  // A bot that answers bots may never stop.
  if (activity.from.role === 'bot' || activity.from.id.startsWith('28:')) return null;
  if (activity.type === 'invoke' && activity.name === 'adaptiveCard/action') {
    const press = executeSchema.safeParse(activity.value);
    return press.success ? { ...pressed(activity, press.data.action.data.id), by: 'execute' } : null;
  }
  if (activity.type !== 'message') return null;
  const submit = submitSchema.safeParse(activity.value);
  if (submit.success) return { ...pressed(activity, submit.data.id), by: 'message' };
  const text = readCommandText(activity.text ?? '', {
    botId: activity.recipient.id,
    mentions: mentionsIn(activity),
    mentionNeeded: !isDirect(activity),
  });
  return text === null ? null : { kind: 'command', text, by: 'message' };
}

/** What the core gets to see of it. */
export function toArrival(activity: TeamsActivity, said: Said, account: Account, displayName: string): Arrival {
  const { by: _, ...what } = said;
  return {
    key: keyOf(activity, said, account),
    account,
    displayName,
    conversation: conversationOf(activity, account),
    what,
  };
}

function isDirect(activity: TeamsActivity): boolean {
  return activity.conversation.conversationType === 'personal';
}

function pressed(activity: TeamsActivity, id: string): Extract<Invocation['what'], { kind: 'action' }> {
  const on = activity.replyToId;
  const message: MessageAddress | null =
    typeof on === 'string'
      ? { platform: 'teams', reference: referenceOf(activity, activity.conversation.id, on) }
      : null;
  return { kind: 'action', id, message };
}

/**
 * The activity's id is the same for each redelivery, but unique within its conversation only. Some clients send presses
 * without one; then it is the moment of the press.
 */
function keyOf(activity: TeamsActivity, said: Said, account: Account): string {
  const place = placeOf(activity.conversation.id);
  const once = activity.id ?? activity.timestamp ?? '';
  return said.kind === 'command'
    ? `teams:message:${place}:${once}`
    : `teams:button:${place}:${activity.replyToId ?? ''}:${said.id}:${account.user}:${once}`;
}

/** The place alone: what is posted there later starts a thread of its own. */
function conversationOf(activity: TeamsActivity, account: Account): Conversation {
  const place = placeOf(activity.conversation.id);
  const name = activity.channelData?.channel?.name ?? activity.conversation.name;
  return {
    platform: 'teams',
    tenant: account.tenant,
    channel: place,
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
    direct: isDirect(activity),
    reference: referenceOf(activity, place, ''),
  };
}

/** What an answer to the person hangs below: what they wrote or the message whose button they pressed. */
export function answerPlace(activity: TeamsActivity): TeamsReference {
  const { id } = activity.conversation;
  if (activity.conversation.conversationType !== 'channel') return referenceOf(activity, placeOf(id), '');
  return referenceOf(activity, id, activity.replyToId ?? activity.id ?? '');
}

function referenceOf(activity: TeamsActivity, conversationId: string, activityId: string): TeamsReference {
  return {
    channelId: 'msteams',
    serviceUrl: activity.serviceUrl,
    tenantId: activity.channelData?.tenant?.id ?? activity.conversation.tenantId ?? '',
    conversationId,
    activityId,
    botId: activity.recipient.id,
    kind: activity.conversation.conversationType === 'channel' ? 'channel' : 'chat',
  };
}
