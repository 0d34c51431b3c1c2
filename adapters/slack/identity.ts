import type { Account } from '../../src/ports/chat.ts';

/** Ids of a workspace as a payload carries them; which of them are there differs by payload and by kind of installation. */
export type TeamIds = readonly (string | null | undefined)[];

/**
 * The account of who acted, or null when their workspace is not one of ours.
 *
 * `teams` goes from the surest to the weakest source. The person's own workspace comes first: in a channel shared with another
 * company (Slack Connect) and in org-wide installations the payload's own `team_id` names where the app is installed, not where
 * the person belongs.
 */
export function slackAccount(user: string, teams: TeamIds, ours: ReadonlySet<string>): Account | null {
  const tenant = teams.find((team) => typeof team === 'string' && team !== '');
  if (typeof tenant !== 'string' || !ours.has(tenant)) return null;
  return { platform: 'slack', tenant, user };
}

/** The parts of a message event that tell whether a person typed it just now. */
export interface Authorship {
  readonly user?: string | undefined;
  readonly bot_id?: string | null | undefined;
  readonly bot_profile?: unknown;
  readonly subtype?: string | undefined;
  readonly edited?: unknown;
}

/** Whether a person typed this now: not a bot (least of all ourselves), not an edit, not a join, a file or another subtype. */
export function typedByPerson(event: Authorship, botUserId: string): event is Authorship & { readonly user: string } {
  if (event.user === undefined || event.user === botUserId) return false;
  if (event.bot_id !== undefined && event.bot_id !== null) return false;
  return event.bot_profile === undefined && event.subtype === undefined && event.edited === undefined;
}
