import { oneLine } from '../messages/format.ts';
import { brokenGlassNotice } from '../messages/glass/notices.ts';
import type { BrokenGlass, NewRequest } from '../ports/store/request-store.ts';
import type { TrailEntry } from '../ports/trail/trail-store.ts';
import { calledIn } from './follow-up.ts';
import { entryMaker, type RequestDeps } from './request-deps.ts';
import type { Considered } from './wish.ts';

/** Id of the notice that says that a request has broken glass. */
export const noticeId = (requestId: string): string => `${requestId}.break-glass`;

/**
 * Makes what is stored with a request that breaks glass: the review, the notice that calls everybody who could have approved, and the
 * trail's entry with what was lifted. Undefined for a request that does not.
 */
export function createBreaking(
  deps: RequestDeps,
): (
  request: NewRequest,
  considered: Pick<Considered, 'decision' | 'plan'>,
) => (BrokenGlass & { readonly trail: readonly TrailEntry[] }) | undefined {
  const { people, policy, clock, newId, timeZone } = deps;
  const entry = entryMaker(clock);
  return (request, { decision, plan }) => {
    const { id, glass, requester, reason } = request;
    if (!glass?.reviewId) return undefined;
    const review = {
      id: glass.reviewId,
      requestId: id,
      requester,
      openedAt: request.createdAt,
      actionId: newId('act'),
    };
    const place = deps.followUp?.escalation?.to ?? request.conversation;
    const reviewers = people()
      .all()
      .filter(({ id: person }) => decision.reviewers.includes(person));
    const sites = new Set(plan.devices.map(({ site }) => site));
    const [site = null] = sites.size === 1 ? sites : [];
    const view = brokenGlassNotice({
      request: { ...request, version: 1, runId: null, endNote: null },
      review,
      lifted: glass.lifted,
      site,
      calls: reviewers.map(calledIn(place)),
      nameOf: people().nameOf,
      timeZone,
    });
    return {
      review,
      most: policy().breakGlassPerHour,
      notices: [{ id: noticeId(id), requestId: id, conversation: place, kind: 'notice', view }],
      trail: [
        entry('glass_broken', requester, id, {
          review: review.id,
          command: oneLine(request.commandText, 500),
          operation: plan.operation,
          devices: plan.devices.length,
          planHash: plan.hash,
          policyVersion: plan.policyVersion,
          risk: decision.risk,
          lifted: glass.lifted,
          reason,
          reviewers: decision.reviewers,
        }),
      ],
    };
  };
}
