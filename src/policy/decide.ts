import type { RefusalCode } from '../messages/reasons/reasons.ts';
import { type Lifted, mayBreakGlass, obstaclesOf } from './break-glass.ts';
import { riskOf } from './escalate.ts';
import { grantsFor, isHere, mayApprove } from './grants.ts';
import { guards } from './guards.ts';
import { limitsFor } from './limits.ts';
import { activityAt, type Finding, type GuardName, guardNames, type Question, type Weighed } from './question.ts';
import { approvalsFor, type Risk } from './risk.ts';

/** What led to a decision. */
export interface Grounds {
  /** The step of the ladder on which the request stands. */
  readonly risk: Risk;
  /** What of the policy made the decision, for people: the role that allows it and what led to the step, or what refuses it. */
  readonly rules: readonly string[];
  /** What led to the step alone. */
  readonly because: readonly string[];
  /** What every guard found, in order. */
  readonly checks: readonly (Finding & { readonly guard: GuardName })[];
  /** Requests an hour that the person may make of this kind. */
  readonly requestsPerHour: number;
  /** What breaking glass lifts, each as its guard found it; none when glass need not or may not be broken. */
  readonly lifted: readonly Lifted[];
  /** Ids of those who could agree to it, and so may review it: never the one who asks. */
  readonly reviewers: readonly string[];
}

/** The answer: do it, ask the requester once more, ask these people first, or refuse for this reason. */
export type Decision = Grounds &
  (
    | { readonly verdict: 'allow' | 'confirm' }
    | { readonly verdict: 'approve'; readonly needed: number; readonly approvers: readonly string[] }
    | { readonly verdict: 'refuse'; readonly code: RefusalCode; readonly details: readonly string[] }
  );

/**
 * Decides on a plan. Pure: the same question always has the same answer. Nothing is allowed that no role grants. The first guard that
 * fails is the answer; the others are looked at all the same, so that the decision can be explained.
 */
export function decide(question: Question): Decision {
  const { principal, policy, operation, devices, conversation } = question;
  const { risk, because } = riskOf(operation, devices, policy, activityAt(question));
  const grants = grantsFor(principal, operation, policy);
  const grantsHere = grants.filter(isHere(conversation));
  const approvers = question.people
    // Who has no account cannot press a button.
    .filter((person) => person.id !== principal.id && person.accounts.length > 0)
    .filter((person) => mayApprove(person, operation, devices, policy))
    .map((person) => person.id);
  const weighed: Weighed = { ...question, grants, grantsHere, risk, approvers };
  const { checks, lifted } = checksOf(weighed);
  const { requestsPerHour } = limitsFor(grantsHere, policy);
  const grounds = { risk, because, checks, requestsPerHour, lifted, reviewers: approvers };
  const failed = checks.find((check) => check.state === 'fails');
  if (failed)
    return { ...grounds, verdict: 'refuse', code: failed.code, details: failed.details, rules: [failed.rule] };
  const rules = [...new Set(grantsHere.map(({ role }) => `role ${role.id}`)), ...because];
  if (lifted.length > 0) return { ...grounds, rules, verdict: 'allow' };
  const needed = approvalsFor(risk);
  if (needed > 0) return { ...grounds, rules, verdict: 'approve', needed, approvers };
  return { ...grounds, rules, verdict: risk === 'confirm' ? 'confirm' : 'allow' };
}

/** What every guard finds, in order, and what of it is lifted. The guard of breaking glass looks at what the others found. */
function checksOf(weighed: Weighed): Pick<Grounds, 'checks' | 'lifted'> {
  const found = new Map<GuardName, Finding>();
  for (const guard of guardNames) if (guard !== 'break-glass') found.set(guard, guards[guard](weighed));
  const obstacles = obstaclesOf(found, weighed);
  const glass = mayBreakGlass(weighed, obstacles);
  const lifted = weighed.glass && glass.state === 'holds' ? obstacles : [];
  found.set('break-glass', glass);
  for (const each of lifted) found.set(each.guard, { state: 'lifted', found: each.found });
  const checks = guardNames.flatMap((guard) => {
    const finding = found.get(guard);
    return finding ? [{ guard, ...finding }] : [];
  });
  return { checks, lifted };
}
