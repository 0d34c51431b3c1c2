import type { Principal } from '../identity/people.ts';
import { dateTime } from '../messages/format.ts';
import { signedOffNotice } from '../messages/glass/notices.ts';
import type { RefusalCode } from '../messages/reasons/reasons.ts';
import { mayApprove } from '../policy/grants.ts';
import type { Policy } from '../policy/policy.ts';
import type { NewCard } from '../ports/store/card-store.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';
import type { StoredRequest } from '../ports/store/request-store.ts';
import type { Review, SignOff } from '../ports/trail/review-store.ts';
import { noticeId } from './break-glass.ts';
import { entryMaker, type RequestDeps, refusal } from './request-deps.ts';
import type { Refusal } from './wish.ts';

/** A review that was signed off now, with its request. */
export type SignedOff = { readonly ok: true; readonly review: Review; readonly request: StoredRequest } | Refusal;

/** Why a person may not sign a review off as things stand now; null when they may. Pure. */
export function objectionToSignOff(question: {
  readonly review: Review;
  readonly request: Pick<StoredRequest, 'operation'>;
  readonly reviewer: Principal;
  readonly devices: readonly TargetDevice[];
  readonly policy: Policy;
  readonly nameOf: (principal: string) => string;
  readonly timeZone: string;
}): { readonly code: RefusalCode; readonly details: readonly string[] } | null {
  const { review, request, reviewer, devices, policy, nameOf, timeZone } = question;
  const { signedOff } = review;
  if (signedOff) {
    const by = `by ${nameOf(signedOff.by)} at ${dateTime(signedOff.at, timeZone)}`;
    return { code: 'already_signed_off', details: [by] };
  }
  if (reviewer.id === review.requester) return { code: 'own_review', details: [] };
  if (!mayApprove(reviewer, request.operation, devices, policy)) return { code: 'not_a_reviewer', details: [] };
  return null;
}

/** Makes what signs reviews off. Of two at once the first counts, the other is told so. */
export function createSigningOff(
  deps: RequestDeps,
): (reviewId: string, reviewer: Principal, note: string | null) => Promise<SignedOff> {
  const { store, people, policy, clock, timeZone } = deps;
  const entry = entryMaker(clock);

  async function noticesOf(request: StoredRequest, signOff: SignOff): Promise<readonly NewCard[]> {
    const id = noticeId(request.id);
    const above = (await store.cards.ofRequest(request.id)).find((card) => card.id === id);
    const view = signedOffNotice({ request, signOff, nameOf: people().nameOf });
    const conversation = above?.conversation ?? request.conversation;
    const kind = 'notice' as const;
    return [{ id: `${id}.signed-off`, requestId: request.id, conversation, kind, below: above?.id ?? null, view }];
  }

  return async (reviewId, reviewer, note) => {
    for (let turn = 0; turn < 2; turn += 1) {
      const review = await store.reviews.get(reviewId);
      const request = review && (await store.requests.get(review.requestId));
      if (!review || !request) return refusal('no_such_review');
      const objection = objectionToSignOff({
        review,
        request,
        reviewer,
        devices: await store.requests.devices(request.id),
        policy: policy(),
        nameOf: people().nameOf,
        timeZone,
      });
      if (objection) return { ok: false, ...objection };
      const signOff: SignOff = { by: reviewer.id, at: clock.now(), note };
      const data = { review: review.id, brokenBy: review.requester, note };
      const trail = [entry('review_signed_off', reviewer.id, request.id, data)];
      // Not ours: somebody else was faster, which the next turn says.
      if (!(await store.reviews.signOff(review.id, signOff, trail, await noticesOf(request, signOff)))) continue;
      deps.onChange(request.id);
      return { ok: true, review: { ...review, signedOff: signOff }, request };
    }
    return refusal('already_signed_off');
  };
}
