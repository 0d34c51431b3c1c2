import type { Principal } from '../identity/people.ts';
import { clockTime, listed } from '../messages/format.ts';
import type { RefusalCode } from '../messages/reasons/reasons.ts';
import { mayApprove } from '../policy/grants.ts';
import type { Policy } from '../policy/policy.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';
import type { RequestChange, StoredRequest } from '../ports/store/request-store.ts';

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
  const { request, voter, verdict, devices, policy, now, nameOf } = question;
  const late = judgeLateness(question);
  if (late) return late;
  if (request.approvalsNeeded === 0) return no('waits_for_requester');
  if (voter.id === request.requester) return no('own_request', ...whoMay(request, nameOf));
  if (!mayApprove(voter, request.operation, devices, policy)) return no('not_an_approver', ...whoMay(request, nameOf));
  if (request.votes.some((vote) => vote.principal === voter.id)) return no('already_voted', ...whoMay(request, nameOf));
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

/** Those who were named as approvers and have not said anything yet. */
function whoMay({ approvers, votes }: StoredRequest, nameOf: (principal: string) => string): readonly string[] {
  const left = approvers.filter((id) => !votes.some(({ principal }) => principal === id)).map(nameOf);
  return left.length === 0 ? [] : [`It waits for ${left.length === 1 ? '' : 'one of '}${listed(left, left.length, 5)}`];
}

/** `Denied by Arturo Approver at 14:02 CET` and the like, for the one who came too late. Pure. */
export function decidedBy(request: StoredRequest, nameOf: (principal: string) => string, timeZone: string): string {
  const { state, votes, decidedAt, approvalsNeeded, requester } = request;
  const at = decidedAt ? ` at ${clockTime(decidedAt, timeZone)}` : '';
  const by = ({ principal, at: then }: StoredRequest['votes'][number]) =>
    `${nameOf(principal)} at ${clockTime(then, timeZone)}`;
  const said = votes.map(by);
  const last = votes.at(-1);
  if (state === 'withdrawn') return `Withdrawn by ${nameOf(requester)}${at}`;
  if (state === 'expired') return `It expired${at}`;
  if (state === 'denied' && last) return `Denied by ${by(last)}`;
  const agreed =
    said.length > 0
      ? `Approved by ${listed(said)}`
      : approvalsNeeded === 0
        ? `Confirmed by ${nameOf(requester)}${at}`
        : 'It is decided';
  return state === 'changed' ? `${agreed}, but not started, because the plan had changed` : agreed;
}
