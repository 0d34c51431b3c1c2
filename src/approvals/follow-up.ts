import type { Principal } from '../identity/people.ts';
import { decided, escalation, type NoticeFacts, reminder } from '../messages/notices/waiting-notices.ts';
import type { Called, View } from '../messages/view.ts';
import { sharedSite } from '../plan/summary.ts';
import type { Conversation } from '../ports/chat.ts';
import type { NewCard } from '../ports/store/card-store.ts';
import type { StoredRequest } from '../ports/store/request-store.ts';
import type { RequestDeps } from './request-deps.ts';

/** What is done about requests that nobody decides on. */
export interface FollowUpSettings {
  /** How long before the end those who may still approve are reminded; 0: never. */
  readonly remindBeforeMs: number;
  /** Where a request is shown too when nobody has decided on it for `afterMs`; null: nowhere. */
  readonly escalation: { readonly afterMs: number; readonly to: Conversation } | null;
}

/** One thing that is done about a request that waits, at its moment. */
export interface DueNotice {
  readonly kind: 'remind' | 'escalate';
  readonly at: Date;
}

/** What will be done about a request, earliest first. Only for those that need approvals: the requester sees their own card. Pure. */
export function noticesOf(request: StoredRequest, settings: FollowUpSettings): readonly DueNotice[] {
  const { createdAt, expiresAt, approvalsNeeded } = request;
  if (approvalsNeeded === 0 || expiresAt === null) return [];
  const notices: DueNotice[] = [];
  const remindAt = new Date(expiresAt.getTime() - settings.remindBeforeMs);
  if (settings.remindBeforeMs > 0 && remindAt > createdAt) notices.push({ kind: 'remind', at: remindAt });
  const escalateAt = settings.escalation && new Date(createdAt.getTime() + settings.escalation.afterMs);
  if (escalateAt && escalateAt < expiresAt) notices.push({ kind: 'escalate', at: escalateAt });
  return notices.sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** When a request that waits is looked at next: for a notice, or because its time is up. Null: it has no end. Pure. */
export function nextLook(request: StoredRequest, settings: FollowUpSettings, now: Date): Date | null {
  return noticesOf(request, settings).find(({ at }) => at > now)?.at ?? request.expiresAt;
}

/** Reminds, escalates, and tells who asked. */
export interface FollowUp {
  /** Does what is due about a request that waits. Safe to call twice: each notice is posted once. */
  attend(request: StoredRequest): Promise<void>;
  /** See `nextLook`. */
  nextLook(request: StoredRequest): Date | null;
  /** The notice for the requester about a request as it stands after a decision, to be kept with that; none when nobody has to be told. */
  told(request: StoredRequest): Promise<readonly NewCard[]>;
}

/** Makes the room's part that runs after people. */
export function createFollowUp(deps: RequestDeps): FollowUp {
  const { store, people, clock, timeZone } = deps;
  const settings = deps.followUp ?? { remindBeforeMs: 0, escalation: null };

  const factsOf = (request: StoredRequest, calls: readonly Called[]): NoticeFacts => ({
    request,
    site: sharedSite(request.planSummary),
    calls,
    nameOf: people().nameOf,
    timeZone,
    now: clock.now(),
  });

  /** Those who may still say something to it, as they are known now. */
  function voters({ approvers, votes }: StoredRequest): readonly Principal[] {
    return approvers
      .filter((id) => !votes.some((vote) => vote.principal === id))
      .flatMap((id) => people().byId(id) ?? []);
  }

  const mainCardOf = async (requestId: string, place: Conversation) =>
    (await store.cards.ofRequest(requestId)).find(
      ({ kind, conversation }) => kind === 'main' && isSamePlace(conversation, place),
    );

  const notice = (
    id: string,
    request: StoredRequest,
    below: string | null,
    place: Conversation,
    view: View,
  ): NewCard => ({
    id,
    requestId: request.id,
    conversation: place,
    kind: 'notice',
    below,
    view,
  });

  async function remind(request: StoredRequest): Promise<void> {
    const place = request.conversation;
    const main = await mainCardOf(request.id, place);
    const view = reminder(factsOf(request, voters(request).map(calledIn(place))));
    await store.cards.add(notice(`${request.id}.reminder`, request, main?.id ?? null, place, view));
  }

  async function escalate(request: StoredRequest, place: Conversation): Promise<void> {
    const id = `${request.id}.escalated`;
    // Where it was asked it need not be shown again.
    const main = (await mainCardOf(request.id, place)) ?? { id };
    if (main.id === id) await store.cards.add({ id, requestId: request.id, conversation: place });
    const view = escalation(factsOf(request, voters(request).map(calledIn(place))));
    await store.cards.add(notice(`${request.id}.escalation`, request, main.id, place, view));
  }

  return {
    nextLook: (request) => nextLook(request, settings, clock.now()),
    async attend(request) {
      const due = noticesOf(request, settings).filter(({ at }) => at <= clock.now());
      for (const { kind } of due) {
        if (kind === 'remind') await remind(request);
        else if (settings.escalation) await escalate(request, settings.escalation.to);
      }
      if (due.length > 0) deps.onChange(request.id);
    },
    async told(request) {
      const { id, conversation, requester } = request;
      const asked = people().byId(requester);
      const view = decided(factsOf(request, asked ? [calledIn(conversation)(asked)] : []));
      if (view === null) return [];
      const main = await mainCardOf(id, conversation);
      return [notice(`${id}.${request.state}`, request, main?.id ?? null, conversation, view)];
    },
  };
}

const isSamePlace = (a: Conversation, b: Conversation) =>
  a.platform === b.platform && a.tenant === b.tenant && a.channel === b.channel;

/** The person as a message in this place calls them. */
export const calledIn =
  ({ platform, tenant }: Conversation) =>
  ({ name, accounts }: Principal): Called => ({
    name,
    user: accounts.find((account) => account.platform === platform && account.tenant === tenant)?.user ?? null,
  });
