import { count, plural } from '../messages/format.ts';
import { riskWords } from '../messages/plan/risk-words.ts';
import type { OperationName } from '../operations/operation.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';
import { closedFor } from './closed-windows.ts';
import type { Policy } from './policy.ts';
import { type Risk, strictest } from './risk.ts';
import { devicesOf, isAbout } from './scope.ts';

/** A step of the ladder, and what of the policy led to it, in words. */
export interface Escalation {
  readonly risk: Risk;
  readonly because: readonly string[];
}

/** The step that a request stands on: the operation's own, or that of the strictest rule or closed window about it. Pure. */
export function riskOf(
  operation: OperationName,
  devices: readonly TargetDevice[],
  policy: Policy,
  at: Date,
): Escalation {
  const own = {
    risk: policy.risks[operation],
    why: `operation ${operation} ${riskWords[policy.risks[operation]].short}`,
  };
  const byRule = policy.rules
    .filter((rule) => isAbout(rule, operation, policy))
    .map((rule) => ({ rule, about: devicesOf(rule, devices).length }))
    .filter(({ rule, about }) => about > rule.devicesOver)
    .map(({ rule: { id, risk, devicesOver }, about }) => ({
      risk,
      why: `rule ${id} ${riskWords[risk].short}${devicesOver === 0 ? '' : `: ${plural(about, 'PC')}, over ${count(devicesOver)}`}`,
    }));
  const byWindow = closedFor(operation, devices, policy, at).flatMap(({ window: { id, outside } }) =>
    outside === 'refuse' ? [] : [{ risk: outside, why: `window ${id} ${riskWords[outside].short} while it is closed` }],
  );
  const steps = [own, ...byRule, ...byWindow];
  const risk = strictest(own.risk, ...steps.map((step) => step.risk));
  return { risk, because: steps.filter((step) => step.risk === risk).map((step) => step.why) };
}
