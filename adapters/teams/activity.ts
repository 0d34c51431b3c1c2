import { z } from 'zod';

const id = z.string().min(1).max(500);
const name = z.string().max(500).nullish();

/**
 * The part of a Bot Framework activity that is read here (Microsoft, "Bot Framework Activity schema"; Microsoft Teams
 * documentation, "Bot messages" and "Universal Actions for Adaptive Cards"). Anything else in it is dropped.
 */
export const activitySchema = z.object({
  type: z.string().min(1).max(100),
  channelId: z.literal('msteams'),
  serviceUrl: z.url().max(1000),
  id: id.nullish(),
  timestamp: z.string().max(100).nullish(),
  replyToId: id.nullish(),
  from: z.object({ id, name, aadObjectId: id.nullish(), role: name }),
  recipient: z.object({ id }),
  conversation: z.object({ id, name, conversationType: name, tenantId: id.nullish() }),
  channelData: z
    .object({ tenant: z.object({ id }).nullish(), channel: z.object({ id, name }).nullish() })
    .nullish()
    .catch(null),
  text: z.string().nullish(),
  entities: z.array(z.unknown()).nullish(),
  name,
  value: z.unknown().optional(),
});

/** An activity as it arrived, checked. */
export type TeamsActivity = z.infer<typeof activitySchema>;

const mentionSchema = z.object({
  type: z.literal('mention'),
  text: z.string().min(1),
  mentioned: z.object({ id }),
});

/** One `<at>` tag in the text of a message, and whom it means. */
export interface Mention {
  readonly mentionedId: string;
  readonly text: string;
}

/** The mentions among an activity's entities. */
export function mentionsIn(activity: TeamsActivity): readonly Mention[] {
  return (activity.entities ?? []).flatMap((entity) => {
    const { data } = mentionSchema.safeParse(entity);
    return data === undefined ? [] : [{ mentionedId: data.mentioned.id, text: data.text }];
  });
}

const actionData = z.object({ id: z.string().min(1).max(200) });

/** The value of an invoke that a press on an `Action.Execute` of ours makes. A card that refreshes itself is not a press. */
export const executeSchema = z.object({
  action: z.object({ type: z.literal('Action.Execute'), verb: z.literal('oob'), data: actionData }),
  trigger: z.literal('manual').nullish(),
});

/** The value of the message that a press on the fallback `Action.Submit` makes. */
export const submitSchema = actionData;
