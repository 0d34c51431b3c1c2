import type { Plan } from '../../plan/freeze.ts';
import { countPlan } from '../../plan/summary.ts';
import type { Decision } from '../../policy/decide.ts';
import type { ExcludedDevice } from '../../ports/store/request-store.ts';
import { withCode } from '../cards/refusal-card.ts';
import { dateTime, listed, plural } from '../format.ts';
import { liftedWords } from '../glass/lifted-words.ts';
import { operationWords } from '../operation-words.ts';
import { type RefusalCode, reasons } from '../reasons/reasons.ts';
import type { Tone, View } from '../view.ts';
import { leftOutWords, tallyWords } from './plan-words.ts';
import { riskWords } from './risk-words.ts';

const states = { holds: 'passes', fails: 'FAILS', skipped: 'not looked at', lifted: 'LIFTED' } as const;
const tones: Readonly<Record<Decision['verdict'], Tone>> = {
  allow: 'good',
  confirm: 'neutral',
  approve: 'neutral',
  refuse: 'warning',
};

/** What the policy would say to a command: the decision, the rule that makes it, what every guard found. Nothing was asked for. Pure. */
export function explainCard(answer: {
  readonly commandText: string;
  readonly who: string;
  readonly channel: string;
  readonly at: Date;
  readonly timeZone: string;
  readonly worked: { readonly plan: Plan; readonly excluded: readonly ExcludedDevice[]; readonly decision: Decision };
  readonly nameOf: (principal: string) => string;
}): View {
  const { who, channel, at, timeZone, worked, nameOf } = answer;
  const { plan, excluded, decision } = worked;
  const { devices, operation } = plan;
  const { bySite, leftOut } = countPlan(devices, excluded);
  const left = leftOutWords({ leftOut });
  return {
    tone: isBroken(decision) ? 'warning' : tones[decision.verdict],
    outcome: 'done',
    title: `${verdictWords(decision, nameOf)}: ${operationWords[operation].verb} of ${plural(devices.length, 'PC')}`,
    ...(decision.verdict === 'refuse' ? { text: whyRefused(decision.code) } : {}),
    facts: [
      { label: 'Command', value: answer.commandText },
      { label: 'As', value: `${who} in ${channel}, ${dateTime(at, timeZone)}` },
      { label: 'PCs', value: devices.length === 0 ? 'none' : tallyWords(bySite) },
      ...(left === '' ? [] : [{ label: 'Left out', value: left }]),
      { label: 'Made by', value: decision.rules.join('; ') },
      { label: 'Step', value: `${decision.risk}: ${riskWords[decision.risk].does}` },
      ...(isBroken(decision)
        ? [
            { label: 'Lifted', value: liftedWords(decision.lifted) },
            { label: 'May review', value: listed(decision.reviewers.map(nameOf), decision.reviewers.length, 10) },
          ]
        : []),
      ...(decision.verdict === 'approve'
        ? [{ label: 'May approve', value: listed(decision.approvers.map(nameOf), decision.approvers.length, 10) }]
        : []),
    ],
    table: {
      columns: ['Guard', 'Result', 'Found'],
      rows: decision.checks.map(({ guard, state, found }) => [guard, states[state], found]),
    },
    context: `policy ${plan.policyVersion.slice(0, 12)} · nothing was asked for`,
  };
}

const whyRefused = (code: RefusalCode) =>
  withCode([reasons[code].what, reasons[code].mend].filter((part) => part !== '').join(' '));

const isBroken = ({ verdict, lifted }: Decision) => verdict === 'allow' && lifted.length > 0;

function verdictWords(decision: Decision, nameOf: (principal: string) => string): string {
  switch (decision.verdict) {
    case 'allow':
      return isBroken(decision) ? 'BREAK-GLASS: would be done at once, and reviewed' : 'Would be done at once';
    case 'confirm':
      return 'Would wait for a confirmation by the person who asks';
    case 'approve':
      return decision.approvers.length === 1 && decision.needed === 1
        ? `Would wait for the approval of ${nameOf(decision.approvers[0] ?? '')}`
        : `Would wait for ${plural(decision.needed, 'approval')}`;
    case 'refuse':
      return `Would be refused (${decision.code})`;
  }
}
