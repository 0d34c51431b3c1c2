import type { StoredRequest } from '../ports/request-store.ts';
import type { NamedOutcome, RunProgress, StoredRun } from '../ports/run-store.ts';
import { clockTime, count, listed, plural } from './format.ts';
import { operationWords } from './operation-words.ts';
import { parameterFacts } from './parameter-words.ts';
import { endedMany, endedOne } from './runs/run-end-card.ts';
import { runningCard } from './runs/running-card.ts';
import type { Action, View } from './view.ts';

/** Everything a request's card is made from. */
export interface RequestFacts {
  readonly request: StoredRequest;
  readonly run: StoredRun | null;
  readonly progress: RunProgress | null;
  /** Those that did not go well (all of them when the run is small or only reads), at most `shownOutcomes`. */
  readonly outcomes: readonly NamedOutcome[];
  /** Site of the devices when they share one. */
  readonly site: string | null;
  readonly nameOf: (principal: string) => string;
  readonly timeZone: string;
  /** True while the service is being stopped and the run is parked. */
  readonly parked: boolean;
  /** The request that retries this one. */
  readonly retry: StoredRequest | null;
  /** All outcomes as CSV, once the run has ended and is too long to be shown whole. */
  readonly csv: string | null;
}

/** Most outcomes a card lists. */
export const shownOutcomes = 10;

/** What the request is about: `host42` or `100 PCs in madrid`. */
export function subjectOf({ request, site }: Pick<RequestFacts, 'request' | 'site'>): string {
  if (request.deviceCount <= 3) return listed(request.sampleNames);
  return `${plural(request.deviceCount, 'PC')}${site ? ` in ${site}` : ''}`;
}

/** The one message of a request, as it stands now. Pure. */
export function requestCard(facts: RequestFacts): View {
  switch (facts.request.state) {
    case 'waiting':
      return waiting(facts);
    case 'approved':
      return { ...planned(facts), text: 'Starting.' };
    case 'running':
      return facts.run && facts.progress ? running(facts, facts.run, facts.progress) : planned(facts);
    case 'done':
      return facts.run && facts.progress ? ended(facts, facts.run, facts.progress) : planned(facts);
    default:
      return over(facts);
  }
}

const idLine = ({ request, nameOf }: RequestFacts) => `${request.id} · asked by ${nameOf(request.requester)}`;

const reasonFact = ({ request }: RequestFacts) => (request.reason ? [{ label: 'Reason', value: request.reason }] : []);

const verbOf = ({ request }: RequestFacts) => operationWords[request.operation].verb;

function planned(facts: RequestFacts): View {
  const words = operationWords[facts.request.operation];
  return {
    tone: 'working',
    outcome: 'working',
    title:
      facts.request.deviceCount === 1
        ? `${subjectOf(facts)}: planned ${words.verb}`
        : `Planned: ${words.verb} of ${subjectOf(facts)}`,
    ...(facts.request.reason ? { facts: reasonFact(facts) } : {}),
    context: idLine(facts),
  };
}

function waiting(facts: RequestFacts): View {
  const { request, nameOf, timeZone } = facts;
  const yes = request.votes.filter((vote) => vote.verdict === 'approve');
  const subject = subjectOf(facts);
  const withdraw: Action = { id: request.actions.withdraw, label: 'Withdraw', style: 'default' };
  const confirms = request.approvalsNeeded === 0;
  const actions: readonly Action[] = confirms
    ? [{ id: request.actions.confirm, label: `Confirm for ${count(request.deviceCount)}`, style: 'primary' }, withdraw]
    : [
        { id: request.actions.approve, label: 'Approve', style: 'primary', ...confirmFor(facts, subject) },
        { id: request.actions.deny, label: 'Deny', style: 'danger' },
        withdraw,
      ];
  const needs = confirms
    ? `Waits for ${nameOf(request.requester)} to confirm it`
    : `Needs ${plural(request.approvalsNeeded, 'approval')}`;
  return {
    tone: 'warning',
    outcome: 'waiting',
    title: `Plan: ${verbOf(facts)} of ${subject}. ${needs}`,
    facts: [
      { label: 'PCs', value: listed(request.sampleNames, request.deviceCount, 5) },
      ...parameterFacts(request.operation, request.parameters, timeZone),
      ...reasonFact(facts),
      ...(confirms
        ? []
        : [{ label: 'May approve', value: listed(request.approvers.map(nameOf), request.approvers.length, 5) }]),
      ...(yes.length > 0
        ? [
            {
              label: 'Approved',
              value: `${yes.length} of ${request.approvalsNeeded}: ${listed(yes.map((vote) => nameOf(vote.principal)))}`,
            },
          ]
        : []),
      ...(request.expiresAt ? [{ label: 'Expires', value: clockTime(request.expiresAt, timeZone) }] : []),
    ],
    actions,
    context: idLine(facts),
  };
}

/** What touches many PCs asks once more before it counts. */
function confirmFor(facts: RequestFacts, subject: string): Pick<Action, 'confirm'> {
  if (facts.request.deviceCount <= 1) return {};
  return {
    confirm: {
      title: 'Approve?',
      text: `This starts the ${verbOf(facts)} of ${subject} at once.`,
      yes: `Approve for ${count(facts.request.deviceCount)}`,
      no: 'Cancel',
    },
  };
}

function running(facts: RequestFacts, run: StoredRun, progress: RunProgress): View {
  return { ...runningCard(facts, run, progress), context: approvalLine(facts) };
}

function approvalLine(facts: RequestFacts): string {
  const yes = facts.request.votes.filter((vote) => vote.verdict === 'approve');
  const approved = yes.map((vote) => `${facts.nameOf(vote.principal)}, ${clockTime(vote.at, facts.timeZone)}`);
  return `${idLine(facts)}${approved.length > 0 ? ` · approved by ${listed(approved)}` : ''}`;
}

function ended(facts: RequestFacts, run: StoredRun, progress: RunProgress): View {
  const [only] = facts.outcomes;
  const isOne = facts.request.deviceCount === 1;
  const view = isOne && only ? endedOne(facts.request.operation, only) : endedMany(facts, run, progress);
  const context = [approvalLine(facts), view.context ?? ''].filter((part) => part !== '').join(' · ');
  return { ...view, outcome: progress.ok === progress.total ? 'done' : 'some_failed', context };
}

function over(facts: RequestFacts): View {
  const { request, nameOf, timeZone } = facts;
  const what = `${verbOf(facts)} of ${subjectOf(facts)}`;
  const last = request.votes.at(-1);
  const endings: Record<string, string> = {
    denied: `Denied by ${last ? nameOf(last.principal) : 'an approver'}: ${what}`,
    expired: `Expired without ${request.approvalsNeeded === 0 ? 'a confirmation' : 'an approval'}: ${what}`,
    withdrawn: `Withdrawn by ${nameOf(request.requester)}: ${what}`,
    changed: `Not started, the plan has changed: ${what}`,
  };
  return {
    tone: request.state === 'withdrawn' ? 'neutral' : 'warning',
    outcome: 'refused',
    title: endings[request.state] ?? what,
    text:
      request.state === 'changed'
        ? `${request.endNote === null ? 'The PCs that the words name, or the policy, are no longer what was approved' : `No longer what was agreed to: ${request.endNote}`}. Ask again to see the new plan.`
        : 'Nothing was done.',
    facts: reasonFact(facts),
    context: `${idLine(facts)}${request.decidedAt ? ` · ${clockTime(request.decidedAt, timeZone)}` : ''}${request.state === 'changed' ? ' · plan_changed' : request.state === 'expired' ? ' · request_expired' : ''}`,
  };
}
