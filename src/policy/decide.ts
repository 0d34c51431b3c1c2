import type { Principal } from '../identity/people.ts';
import { coversDevice } from '../inventory/match-device.ts';
import type { RefusalCode } from '../messages/reasons.ts';
import { auditorOperations, type OperationName } from '../operations/operation.ts';
import type { Conversation } from '../ports/chat.ts';
import type { TargetDevice } from '../ports/inventory-store.ts';
import type { ApprovalGrant, Grant, Policy } from './policy.ts';

/** What a decision is made from. Nothing else is looked at. */
export interface Question {
  readonly principal: Principal;
  readonly people: readonly Principal[];
  readonly operation: OperationName;
  readonly devices: readonly TargetDevice[];
  readonly conversation: Conversation;
  /** Requests of this person in the last hour. */
  readonly recentRequests: number;
  readonly policy: Policy;
}

/** The answer: do it, ask these people first, or refuse for this reason. */
export type Decision =
  | { readonly verdict: 'allow' }
  | { readonly verdict: 'approve'; readonly needed: number; readonly approvers: readonly string[] }
  | { readonly verdict: 'refuse'; readonly code: RefusalCode; readonly details: readonly string[] };

/** One precondition; null when it holds. */
type Guard = (question: Question, grants: readonly Grant[]) => Extract<Decision, { verdict: 'refuse' }> | null;

const refuse = (code: RefusalCode, ...details: string[]) => ({ verdict: 'refuse', code, details }) as const;

const names = (operation: OperationName, grant: { operations: readonly string[] }) =>
  grant.operations.includes('all') || grant.operations.includes(operation);

/** What only an auditor may ask for has to be named: `all` is for those who administer PCs. */
const isAuditors = (operation: OperationName) => auditorOperations.includes(operation);

/** The channel as a policy writes it. */
export function channelWord(conversation: Conversation): string {
  return `${conversation.platform}:${conversation.tenant}/${conversation.channel}`;
}

const isGranted: Guard = ({ principal, operation }, grants) =>
  grants.length > 0
    ? null
    : refuse('not_allowed', `operation ${operation}`, `your roles: ${principal.roles.join(', ') || 'none'}`);

/** True for grants that hold in the conversation. */
export const isHere = (conversation: Conversation) => (grant: Grant) =>
  grant.channels.includes('any') || grant.channels.includes(channelWord(conversation));

const isAllowedHere: Guard = ({ conversation }, grants) =>
  grants.some(isHere(conversation)) ? null : refuse('not_allowed_here', `channel ${channelWord(conversation)}`);

const coversAll: Guard = ({ devices, conversation }, grants) => {
  const words = grants.filter(isHere(conversation)).flatMap((grant) => grant.targets);
  const outside = devices.filter((device) => !coversDevice(words, device));
  if (outside.length === 0) return null;
  const sample = outside.slice(0, 3).map((device) => device.name);
  return refuse(
    'targets_not_allowed',
    `${outside.length} of ${devices.length}: ${sample.join(', ')}${outside.length > 3 ? ' ...' : ''}`,
  );
};

const isWithinSize: Guard = ({ devices, policy }) =>
  devices.length <= policy.limits.devicesPerRequest
    ? null
    : refuse('too_many_devices', `${devices.length} named, ${policy.limits.devicesPerRequest} allowed`);

const isWithinRate: Guard = ({ recentRequests, policy }) =>
  recentRequests < policy.limits.requestsPerHour
    ? null
    : refuse(
        'too_many_requests',
        `${recentRequests} requests in the last hour, ${policy.limits.requestsPerHour} allowed`,
      );

/** In this order; the first that does not hold is the answer. */
const guards: readonly Guard[] = [isGranted, isAllowedHere, coversAll, isWithinSize, isWithinRate];

/** What the person's roles say of the operation, in any channel and on any targets. */
export function grantsFor(principal: Principal, operation: OperationName, policy: Policy): readonly Grant[] {
  return policy.roles
    .filter((role) => principal.roles.includes(role.id))
    .flatMap((role) => role.allow)
    .filter((grant) => grant.operations.includes(operation) || (names(operation, grant) && !isAuditors(operation)));
}

/** Decides on a plan. Pure: the same question always has the same answer. Nothing is allowed that no role grants. */
export function decide(question: Question): Decision {
  const { principal, policy, operation } = question;
  const grants = grantsFor(principal, operation, policy);
  for (const guard of guards) {
    const refusal = guard(question, grants);
    if (refusal) return refusal;
  }
  if (policy.risks[operation] !== 'peer') return { verdict: 'allow' };
  const approvers = question.people
    .filter((person) => person.id !== principal.id && mayApprove(person, operation, question.devices, policy))
    .map((person) => person.id);
  return approvers.length > 0 ? { verdict: 'approve', needed: 1, approvers } : refuse('nobody_can_approve');
}

/** True when one of the person's roles is an administrator's. */
export function isAdministrator(person: Principal, policy: Policy): boolean {
  return policy.roles.some((role) => role.administrator === true && person.roles.includes(role.id));
}

/** True when the person's roles let them decide on this operation for every one of these devices. */
export function mayApprove(
  person: Principal,
  operation: OperationName,
  devices: readonly TargetDevice[],
  policy: Policy,
): boolean {
  const words = policy.roles
    .filter((role) => person.roles.includes(role.id))
    .flatMap((role): readonly ApprovalGrant[] => role.approve)
    .filter((grant) => names(operation, grant))
    .flatMap((grant) => grant.targets);
  return words.length > 0 && devices.every((device) => coversDevice(words, device));
}
