import type { Principal } from '../identity/people.ts';
import { type OperationName, operationNames } from '../operations/operation.ts';
import { approvalTargets, breakGlassTargets, grantsFor } from './grants.ts';
import type { Policy, Scope } from './policy.ts';
import { approvalsFor, isAtMost, type Risk, strictest } from './risk.ts';
import { isAbout } from './scope.ts';
import { openingAt } from './windows.ts';

/** Something of a policy that is allowed but hardly meant. */
export interface Weakness {
  /** Where it stands, such as `roles.night` or `operations.reset`. */
  readonly where: string;
  /** What is wrong with it, without a full stop. */
  readonly problem: string;
}

/** What in a policy has no effect, or leads nowhere. Looks at rights and rules alone, not at which PCs there are. Pure. */
export function weaknessesOf(policy: Policy, people: readonly Principal[], now: Date): readonly Weakness[] {
  return [
    ...ofRoles(policy, people),
    ...ofPeople(people),
    ...unapprovable(policy, people),
    ...ofBreakGlass(policy, people),
    ...ofRules(policy),
    ...ofWindows(policy, now),
    ...ofTimes(policy, now),
  ];
}

function ofRoles({ roles }: Policy, people: readonly Principal[]): readonly Weakness[] {
  return roles.flatMap((role) => {
    const where = `roles.${role.id}`;
    const gives =
      role.allow.length + role.approve.length + (role.breakGlass?.length ?? 0) > 0 || role.administrator === true;
    return [
      ...(gives ? [] : [{ where, problem: 'it allows nothing and approves nothing' }]),
      ...(people.some((person) => person.roles.includes(role.id)) ? [] : [{ where, problem: 'nobody has it' }]),
    ];
  });
}

function ofPeople(people: readonly Principal[]): readonly Weakness[] {
  return people.flatMap(({ id, roles, accounts }) => {
    const where = `people.${id}`;
    if (roles.length === 0) return [{ where, problem: 'no role: everything is refused' }];
    return accounts.length === 0 ? [{ where, problem: 'no account: nobody can speak as this person' }] : [];
  });
}

/** Operations that somebody may ask for and too few others may approve. Pure. */
export function unapprovable(policy: Policy, people: readonly Principal[]): readonly Weakness[] {
  const speaking = people.filter((person) => person.accounts.length > 0);
  return operationNames.flatMap((operation) => {
    const { risk, because } = highestRisk(operation, policy);
    const needed = approvalsFor(risk);
    if (needed === 0) return [];
    const approvers = speaking.filter((person) => approvalTargets(person, operation, policy).length > 0);
    const stuck = speaking
      .filter((person) => grantsFor(person, operation, policy).length > 0)
      .filter((person) => approvers.filter(({ id }) => id !== person.id).length < needed)
      .map((person) => person.id);
    if (stuck.length === 0) return [];
    const who = approvers.length === 0 ? 'nobody can approve it' : `too few can approve it for ${stuck.join(', ')}`;
    return [{ where: `operations.${operation}`, problem: `${who} (${because}: ${risk})` }];
  });
}

/** Operations for which somebody may break glass without being allowed to ask for them, or which nobody else may sign off. */
function ofBreakGlass(policy: Policy, people: readonly Principal[]): readonly Weakness[] {
  const speaking = people.filter((person) => person.accounts.length > 0);
  return operationNames.flatMap((operation) => {
    const breakers = speaking.filter((person) => breakGlassTargets(person, operation, policy).length > 0);
    const idle = breakers.filter((person) => grantsFor(person, operation, policy).length === 0);
    const alone = breakers.filter(
      ({ id }) => !speaking.some((other) => other.id !== id && approvalTargets(other, operation, policy).length > 0),
    );
    const ids = (those: readonly Principal[]) => those.map(({ id }) => id).join(', ');
    return [
      ...(idle.length > 0
        ? [{ where: `operations.${operation}`, problem: `${ids(idle)} may break glass for it but not ask for it` }]
        : []),
      ...(alone.length > 0
        ? [{ where: `operations.${operation}`, problem: `nobody can sign it off when ${ids(alone)} breaks glass` }]
        : []),
    ];
  });
}

function highestRisk(operation: OperationName, policy: Policy): { readonly risk: Risk; readonly because: string } {
  const steps = [
    { risk: policy.risks[operation], because: 'its own risk' },
    ...policy.rules
      .filter((rule) => isAbout(rule, operation, policy))
      .map(({ id, risk }) => ({ risk, because: `rule ${id}` })),
    ...policy.windows
      .filter((window) => isAbout(window, operation, policy))
      .flatMap(({ id, outside }) => (outside === 'refuse' ? [] : [{ risk: outside, because: `window ${id} closed` }])),
  ];
  const risk = strictest('read', ...steps.map((step) => step.risk));
  return steps.find((step) => step.risk === risk) ?? { risk, because: 'its own risk' };
}

/** True when a step changes something for one of the operations that the scope is about. */
const lifts = (scope: Scope, risk: Risk, policy: Policy) =>
  operationNames.some((operation) => isAbout(scope, operation, policy) && !isAtMost(risk, policy.risks[operation]));

function ofRules(policy: Policy): readonly Weakness[] {
  return policy.rules.flatMap((rule) => [
    ...(lifts(rule, rule.risk, policy)
      ? []
      : [{ where: `rules.${rule.id}`, problem: `every operation that it is about needs ${rule.risk} anyway` }]),
    ...(rule.devicesOver >= mostDevices(policy)
      ? [{ where: `rules.${rule.id}`, problem: 'no request may be about so many PCs' }]
      : []),
  ]);
}

function mostDevices({ limits, roles }: Policy): number {
  return Math.max(limits.devicesPerRequest, ...roles.map((role) => role.limits?.devicesPerRequest ?? 0));
}

function ofWindows(policy: Policy, now: Date): readonly Weakness[] {
  return policy.windows.flatMap((window) => {
    const where = `windows.${window.id}`;
    if (openingAt(window, now) === null) return [{ where, problem: 'it does not open within a week' }];
    if (window.outside === 'refuse' || lifts(window, window.outside, policy)) return [];
    return [{ where, problem: `every operation that it is about needs ${window.outside} anyway` }];
  });
}

function ofTimes({ freezes, holds }: Policy, now: Date): readonly Weakness[] {
  return [
    ...freezes.filter(({ to }) => to <= now).map(({ id }) => ({ where: `freezes.${id}`, problem: 'it is over' })),
    ...holds
      .filter(({ until }) => until !== null && until <= now)
      .map(({ id }) => ({ where: `holds.${id}`, problem: 'it is over' })),
  ];
}
