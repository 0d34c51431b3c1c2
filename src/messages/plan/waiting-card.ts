import type { StoredRequest } from '../../ports/store/request-store.ts';
import { type RequestFacts, subjectOf } from '../cards/request-card.ts';
import { clockTime, count, listed, plural } from '../format.ts';
import { operationWords } from '../operation-words.ts';
import { parameterFacts } from '../parameter-words.ts';
import type { Action, Fact, View } from '../view.ts';
import { alreadyWords, leftOutWords, partOf, planFacts, timeWords } from './plan-words.ts';
import { approvalsLeft } from './waits-for.ts';

/** Names that the card has room for; the file has all. */
export const namesOnCard = 5;

/** A plan that waits for others, or for the one who asked to confirm it: how many, whom it leaves out, how long, who has to agree. Pure. */
export function waitingCard(facts: RequestFacts): View {
  const { request, nameOf, timeZone } = facts;
  const { verb } = operationWords[request.operation];
  const confirms = request.approvalsNeeded === 0;
  const subject = plannedSubject(facts);
  const needs = confirms ? `Waits for ${nameOf(request.requester)} to confirm` : needsWords(request);
  const { planCsv } = facts;
  return {
    tone: 'warning',
    outcome: 'waiting',
    title: `Plan: ${verb} of ${subject}. ${needs}`,
    ...textOf(request),
    facts: [
      { label: 'PCs', value: listed(request.sampleNames, request.deviceCount, namesOnCard) },
      ...parameterFacts(request.operation, request.parameters, timeZone),
      ...(facts.foretold ?? []),
      ...planFacts(request.planSummary),
      ...(request.reason ? [{ label: 'Reason', value: request.reason }] : []),
      ...(confirms ? [] : approvalFacts(facts)),
      ...(request.expiresAt ? [{ label: 'Expires', value: clockTime(request.expiresAt, timeZone) }] : []),
    ],
    actions: confirms ? confirmActions(facts, subject) : voteActions(facts, subject),
    context: `${request.id} · asked by ${nameOf(request.requester)}`,
    ...(planCsv === null
      ? {}
      : { attachment: { name: `${request.id}-plan.csv`, mediaType: 'text/csv', content: planCsv } }),
  };
}

const yesOf = ({ votes }: StoredRequest) => votes.filter((vote) => vote.verdict === 'approve');

function needsWords(request: StoredRequest): string {
  const yes = yesOf(request).length;
  return yes === 0
    ? `Needs ${plural(request.approvalsNeeded, 'approval')}`
    : `Needs ${plural(request.approvalsNeeded - yes, 'more approval')}`;
}

function plannedSubject(facts: RequestFacts): string {
  const { request, site } = facts;
  return request.excludedCount === 0 ? subjectOf(facts) : partOf(request.deviceCount, request.excludedCount, site);
}

function textOf({ operation, planSummary }: StoredRequest): Pick<View, 'text'> {
  const leftOut = leftOutWords(planSummary);
  const sentences = [
    ...(leftOut === '' ? [] : [`Left out: ${leftOut}.`]),
    ...[alreadyWords(operation, planSummary), timeWords(planSummary)]
      .filter((words) => words !== '')
      .map((words) => `${words}.`),
  ];
  return sentences.length > 0 ? { text: sentences.join(' ') } : {};
}

function approvalFacts({ request, nameOf, timeZone }: RequestFacts): readonly Fact[] {
  const yes = yesOf(request);
  const mayStill = request.approvers.filter((id) => !yes.some(({ principal }) => principal === id)).map(nameOf);
  const said = yes.map((vote) => `${nameOf(vote.principal)}, ${clockTime(vote.at, timeZone)}`);
  return [
    { label: 'May approve', value: listed(mayStill, mayStill.length, 5) },
    ...(yes.length > 0
      ? [{ label: 'Approved', value: `${yes.length} of ${request.approvalsNeeded} (${listed(said)})` }]
      : []),
  ];
}

function voteActions(facts: RequestFacts, subject: string): readonly Action[] {
  const { approve, deny, withdraw } = facts.request.actions;
  return [
    { id: approve, label: 'Approve', style: 'primary', ...onceMore(facts, subject, 'Approve') },
    { id: deny, label: 'Deny', style: 'danger' },
    { id: withdraw, label: 'Withdraw', style: 'default' },
  ];
}

function confirmActions({ request }: RequestFacts, subject: string): readonly Action[] {
  const { verb } = operationWords[request.operation];
  const { confirm, withdraw } = request.actions;
  const label =
    request.deviceCount === 1 ? `Confirm the ${verb} of ${subject}` : `Confirm for ${count(request.deviceCount)}`;
  return [
    // The card itself is the second question: it does not ask a third time.
    { id: confirm, label, style: 'primary' },
    { id: withdraw, label: 'Withdraw', style: 'default' },
  ];
}

/** What touches many PCs asks once more before it counts. */
function onceMore({ request }: RequestFacts, subject: string, yes: string): Pick<Action, 'confirm'> {
  if (request.deviceCount <= 1) return {};
  const left = approvalsLeft(request);
  const { verb } = operationWords[request.operation];
  return {
    confirm: {
      title: 'Approve?',
      text:
        left > 1
          ? `This is one of ${count(left)} approvals that the ${verb} of ${subject} still needs.`
          : `This starts the ${verb} of ${subject} at once.`,
      yes: `${yes} for ${count(request.deviceCount)}`,
      no: 'Cancel',
    },
  };
}
