import { z } from 'zod';
import type { TurnedAway } from '../../src/ports/chat.ts';

const id = z.string().max(100).nullish();

/** Who and what, wherever the three kinds of payload have them. */
const schema = z.object({
  user_id: id,
  team_id: id,
  command: z.string().nullish(),
  text: z.string().nullish(),
  user: z.object({ id, team_id: id }).nullish(),
  team: z.object({ id }).nullish(),
  actions: z.array(z.object({ action_id: z.string().nullish() })).nullish(),
  event: z.object({ user: id, user_team: id, source_team: id, team: id, text: z.string().nullish() }).nullish(),
});

/** Somebody of a workspace that is not listened to, as the payload tells them; null when it tells nothing. */
export function readStranger(body: unknown): TurnedAway | null {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return null;
  const { user, event, team, actions, ...rest } = parsed.data;
  const tenants = [event?.user_team, event?.source_team, event?.team, user?.team_id, team?.id, rest.team_id];
  const tenant = tenants.find((each) => typeof each === 'string' && each !== '') ?? '?';
  const person = event?.user ?? user?.id ?? rest.user_id ?? '?';
  const pressed = actions?.[0]?.action_id;
  return {
    platform: 'slack',
    who: `${tenant}/${person}`,
    why: 'foreign_workspace',
    what: pressed ? { kind: 'action', id: pressed } : { kind: 'command', text: event?.text ?? rest.text ?? '' },
  };
}
