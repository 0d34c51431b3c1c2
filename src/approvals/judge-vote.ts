import type { Principal } from '../identity/people.ts';
import type { RefusalCode } from '../messages/reasons.ts';
import { mayApprove } from '../policy/decide.ts';
import type { Policy } from '../policy/policy.ts';
import type { TargetDevice } from '../ports/inventory-store.ts';
import type { RequestChange, StoredRequest, Vote } from '../ports/request-store.ts';

/** What a yes or no does to a request: a change to apply, or why it does not count. */
export type Judgement =
  | { readonly ok: true; readonly change: RequestChange & { readonly votes: readonly Vote[] } }
  | { readonly ok: false; readonly code: RefusalCode; readonly details: readonly string[] };

const no = (code: RefusalCode, ...details: string[]): Judgement => ({ ok: false, code, details });

/**
 * Judges a vote as things stand now: the request's state, its expiry, the voter's roles at this moment. Pure. The caller applies
 * the change by compare-and-set, so of two clicks at once the first counts.
 */
export function judgeVote(question: {
  readonly request: StoredRequest;
  readonly voter: Principal;
  readonly verdict: 'approve' | 'deny';
  readonly devices: readonly TargetDevice[];
  readonly policy: Policy;
  readonly now: Date;
}): Judgement {
  const { request, voter, verdict, devices, policy, now } = question;
  if (request.state !== 'waiting')
    return no(request.state === 'expired' ? 'request_expired' : 'already_decided', ...decidedBy(request));
  if (request.expiresAt && request.expiresAt <= now) return no('request_expired');
  if (voter.id === request.requester) return no('own_request');
  if (!mayApprove(voter, request.operation, devices, policy)) return no('not_an_approver');
  if (request.votes.some((vote) => vote.principal === voter.id)) return no('already_decided', 'you have voted already');
  const votes = [...request.votes, { principal: voter.id, verdict, at: now }];
  if (verdict === 'deny') return { ok: true, change: { state: 'denied', votes, decidedAt: now } };
  const yes = votes.filter((vote) => vote.verdict === 'approve').length;
  return yes >= request.approvalsNeeded
    ? { ok: true, change: { state: 'approved', votes, decidedAt: now } }
    : { ok: true, change: { votes } };
}

/** `denied by approver` and the like, for the one who came too late. */
function decidedBy(request: StoredRequest): readonly string[] {
  const last = request.votes.at(-1);
  return [
    last
      ? `${last.verdict === 'deny' ? 'denied' : 'approved'} by ${last.principal} at ${last.at.toISOString()}`
      : `it is ${request.state}`,
  ];
}
