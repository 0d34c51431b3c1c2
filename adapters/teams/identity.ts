import { z } from 'zod';
import { refusalCard } from '../../src/messages/cards/refusal-card.ts';
import type { View } from '../../src/messages/view.ts';
import type { Account } from '../../src/ports/chat.ts';
import type { TeamsActivity } from './activity.ts';

/** Why a sender is not listened to. */
export type SenderRefusal = 'other_tenant' | 'no_identity' | 'guest' | 'unverified';

/** The account of who acted, or why there is none. */
export type Sender = { readonly account: Account; readonly displayName: string } | { readonly refused: SenderRefusal };

/**
 * Who sent an activity, by tenant id and Entra object id, both in lower case. The tenants that the activity names must all be
 * allowed: in a shared channel the person's and the team's differ. `allowedTenants` null allows any.
 */
export function readSender(activity: TeamsActivity, allowedTenants: ReadonlySet<string> | null): Sender {
  const tenants = [activity.channelData?.tenant?.id, activity.conversation.tenantId].flatMap((tenant) =>
    typeof tenant === 'string' ? [tenant.toLowerCase()] : [],
  );
  const [tenant] = tenants;
  if (tenant === undefined || tenants.some((each) => each !== tenant || allowedTenants?.has(each) === false)) {
    return { refused: 'other_tenant' };
  }
  const user = activity.from.aadObjectId?.toLowerCase();
  if (user === undefined) return { refused: 'no_identity' };
  return { account: { platform: 'teams', tenant, user }, displayName: activity.from.name ?? user };
}

/** `tenant/user` of a sender who is not listened to, as the activity says and nobody confirmed. */
export function senderWord({ channelData, conversation, from }: TeamsActivity): string {
  return `${channelData?.tenant?.id ?? conversation.tenantId ?? '?'}/${from.aadObjectId ?? from.id}`;
}

const memberSchema = z.object({
  aadObjectId: z.string().nullish(),
  objectId: z.string().nullish(),
  tenantId: z.string().nullish(),
  userRole: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
});

/**
 * What the roster of a conversation says against a person (Microsoft Teams documentation, "Get Teams-specific context"): an
 * activity does not tell guests from members. Null when it says nothing against them.
 */
export function rosterRefusal(member: unknown, account: Account): SenderRefusal | null {
  const parsed = memberSchema.safeParse(member);
  if (!parsed.success) return 'unverified';
  const { aadObjectId, objectId, tenantId, userRole, userPrincipalName } = parsed.data;
  if ((aadObjectId ?? objectId)?.toLowerCase() !== account.user) return 'unverified';
  if (typeof tenantId === 'string' && tenantId.toLowerCase() !== account.tenant) return 'other_tenant';
  // Names of guests carry their home address in front of this mark.
  const markedGuest = userPrincipalName?.toUpperCase().includes('#EXT#') === true;
  return markedGuest || (typeof userRole === 'string' && userRole.toLowerCase() !== 'user') ? 'guest' : null;
}

/** Looks a person up in a conversation's roster. Rejects when Teams does not answer. */
export type FetchMember = (activity: TeamsActivity) => Promise<unknown>;

/** Longest that a person's standing is remembered, and most people remembered. */
const rememberMs = 10 * 60_000;
const rememberPeople = 1000;

/** `rosterRefusal` with a memory, for a look-up costs a round trip. What is refused is looked up again each time. */
export function createGuestCheck(fetchMember: FetchMember, nowMs: () => number = Date.now) {
  const goodUntilMs = new Map<string, number>();
  return async (activity: TeamsActivity, account: Account): Promise<SenderRefusal | null> => {
    const person = `${account.tenant}/${account.user}`;
    if ((goodUntilMs.get(person) ?? 0) > nowMs()) return null;
    goodUntilMs.delete(person);
    const refused = rosterRefusal(await fetchMember(activity), account);
    if (refused !== null) return refused;
    const oldest = goodUntilMs.keys().next();
    if (goodUntilMs.size >= rememberPeople && oldest.done !== true) goodUntilMs.delete(oldest.value);
    goodUntilMs.set(person, nowMs() + rememberMs);
    return null;
  };
}

const details: Readonly<Record<SenderRefusal, string>> = {
  other_tenant: 'Only members of the organisation that runs it may use it',
  no_identity: 'Teams did not say which account you use; sign in with the one of your organisation',
  guest: 'Guests may not use it, only members of the organisation itself',
  unverified: 'Teams did not confirm whether you are a member of this conversation; try again in a minute',
};

/** What a sender who is not listened to is told. */
export function senderRefused(refusal: SenderRefusal): View {
  return refusalCard({ code: 'unknown_person', details: [details[refusal]] });
}
