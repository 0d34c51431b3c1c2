import type { Principal } from '../identity/people.ts';
import { clockTime } from '../messages/format.ts';
import type { RefusalCode } from '../messages/reasons.ts';
import { mayApprove } from '../policy/grants.ts';
import type { Policy } from '../policy/policy.ts';
import type { TargetDevice } from '../ports/inventory-store.ts';
import type { RequestChange, StoredRequest } from '../ports/request-store.ts';

/** What a yes or no does to a request: a change to apply, or why it does not count. */
export type Judgement =
  | { readonly ok: true; readonly change: RequestChange }
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
  readonly nameOf: (principal: string) => string;
  readonly timeZone: string;
}): Judgement {
  const { request, voter, verdict, devices, policy, now } = question;
  const late = judgeLateness(question);
  if (late) return late;
  if (request.approvalsNeeded === 0) return no('waits_for_requester');
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

/** Judges the second yes of the person who asked. Pure; applied as a vote is. */
export function judgeConfirmation(question: {
  readonly request: StoredRequest;
  readonly principal: Principal;
  readonly now: Date;
  readonly nameOf: (principal: string) => string;
  readonly timeZone: string;
}): Judgement {
  const { request, principal, now } = question;
  const late = judgeLateness(question);
  if (late) return late;
  if (request.approvalsNeeded > 0) return no('nothing_to_confirm');
  if (principal.id !== request.requester) return no('waits_for_requester');
  return { ok: true, change: { state: 'approved', decidedAt: now } };
}

/** Why nothing more can be said to a request; null while it waits. */
function judgeLateness(question: {
  readonly request: StoredRequest;
  readonly now: Date;
  readonly nameOf: (principal: string) => string;
  readonly timeZone: string;
}): Judgement | null {
  const { request, now, nameOf, timeZone } = question;
  if (request.state === 'expired') return no('request_expired', decidedBy(request, nameOf, timeZone));
  if (request.state !== 'waiting') return no('already_decided', decidedBy(request, nameOf, timeZone));
  return request.expiresAt && request.expiresAt <= now ? no('request_expired') : null;
}

/** `denied by Arturo Approver at 14:02 CET` and the like, for the one who came too late. Pure. */
export function decidedBy(request: StoredRequest, nameOf: (principal: string) => string, timeZone: string): string {
  const last = request.votes.at(-1);
  if (!last) return `it is ${request.state}`;
  return `${last.verdict === 'deny' ? 'denied' : 'approved'} by ${nameOf(last.principal)} at ${clockTime(last.at, timeZone)}`;
}
