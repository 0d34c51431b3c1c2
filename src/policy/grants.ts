import type { Principal } from '../identity/people.ts';
import { coversDevice } from '../inventory/match-device.ts';
import { auditorOperations, type OperationName } from '../operations/operation.ts';
import type { Conversation } from '../ports/chat.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';
import type { ApprovalGrant, BreakGlassGrant, Grant, Policy, Role } from './policy.ts';

/** A grant with the role that gives it. */
export interface HeldGrant extends Grant {
  readonly role: Role;
}

const names = (operation: OperationName, grant: { readonly operations: readonly string[] }) =>
  grant.operations.includes('all') || grant.operations.includes(operation);

/** What only an auditor may ask for has to be named: `all` is for those who administer PCs. */
const isAuditors = (operation: OperationName) => auditorOperations.includes(operation);

/** The roles of the person that are defined. Pure. */
export function rolesOf(person: Principal, policy: Policy): readonly Role[] {
  return policy.roles.filter((role) => person.roles.includes(role.id));
}

/** What the person's roles say of the operation, in any channel and on any targets. Pure. */
export function grantsFor(person: Principal, operation: OperationName, policy: Policy): readonly HeldGrant[] {
  return rolesOf(person, policy)
    .flatMap((role) => role.allow.map((grant) => ({ ...grant, role })))
    .filter((grant) => grant.operations.includes(operation) || (names(operation, grant) && !isAuditors(operation)));
}

/** The channel as a policy writes it. Pure. */
export function channelWord(conversation: Conversation): string {
  return `${conversation.platform}:${conversation.tenant}/${conversation.channel}`;
}

/** True for grants that hold in the conversation. Pure. */
export const isHere = (conversation: Conversation) => (grant: Grant) =>
  grant.channels.includes('any') || grant.channels.includes(channelWord(conversation));

/** True when one of the person's roles is an administrator's. Pure. */
export function isAdministrator(person: Principal, policy: Policy): boolean {
  return rolesOf(person, policy).some((role) => role.administrator === true);
}

/** Target words on which the person's roles let them decide on this operation. Pure. */
export function approvalTargets(person: Principal, operation: OperationName, policy: Policy): readonly string[] {
  return rolesOf(person, policy)
    .flatMap((role): readonly ApprovalGrant[] => role.approve)
    .filter((grant) => names(operation, grant))
    .flatMap((grant) => grant.targets);
}

/** True when the person's roles let them decide on this operation for every one of these devices. Pure. */
export function mayApprove(
  person: Principal,
  operation: OperationName,
  devices: readonly TargetDevice[],
  policy: Policy,
): boolean {
  const words = approvalTargets(person, operation, policy);
  return words.length > 0 && devices.every((device) => coversDevice(words, device));
}

/** Target words on which the person's roles let them break glass for this operation; none for what is an auditor's alone. Pure. */
export function breakGlassTargets(person: Principal, operation: OperationName, policy: Policy): readonly string[] {
  if (isAuditors(operation)) return [];
  return rolesOf(person, policy)
    .flatMap((role): readonly BreakGlassGrant[] => role.breakGlass ?? [])
    .filter((grant) => names(operation, grant))
    .flatMap((grant) => grant.targets);
}
