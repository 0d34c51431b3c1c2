import type { HeldUp } from '../../ports/runs/run-pacing.ts';
import type { NamedOutcome, RunProgress, StoredRun } from '../../ports/runs/run-store.ts';
import type { StoredRequest } from '../../ports/store/request-store.ts';
import type { Review } from '../../ports/trail/review-store.ts';
import { clockTime, listed, plural } from '../format.ts';
import { withGlass } from '../glass/broken-card.ts';
import { operationWords } from '../operation-words.ts';
import { leftOutWords } from '../plan/plan-words.ts';
import { waitingCard } from '../plan/waiting-card.ts';
import type { ProvisioningNow } from '../provisioning/progress.ts';
import { endedMany, endedOne } from '../runs/run-end-card.ts';
import { runningCard } from '../runs/running-card.ts';
import { originWords, type RequestOrigin, scheduledEnd } from '../runs/scheduled-end.ts';
import type { Fact, View } from '../view.ts';

/** Everything a request's card is made from. */
export interface RequestFacts {
  readonly request: StoredRequest;
  readonly run: StoredRun | null;
  readonly progress: RunProgress | null;
  /** What keeps PCs of a run that goes on from beginning. Default: nothing. */
  readonly heldUp?: HeldUp;
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
  /** All PCs of the plan and those left out as CSV, while it waits and is too long to be shown whole. */
  readonly planCsv: string | null;
  /** The due time of a schedule that it comes from; null, the default: somebody asked for it. */
  readonly origin?: RequestOrigin | null;
  /** The review of broken glass; null, the default: there is none. */
  readonly review?: Review | null;
  /** While it waits: what the operation foretells. Default: nothing. */
  readonly foretold?: readonly Fact[];
  /** While PCs are being provisioned: how far each is. Default: it is not shown. */
  readonly provisionings?: readonly ProvisioningNow[];
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
  return withGlass(cardOf(facts), facts);
}

function cardOf(facts: RequestFacts): View {
  switch (facts.request.state) {
    case 'waiting':
      return waitingCard(facts);
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

const idLine = ({ request, nameOf, origin }: RequestFacts) =>
  `${request.id} · ${origin ? `${originWords(origin)}, asked` : 'asked'} by ${nameOf(request.requester)}`;

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

function running(facts: RequestFacts, run: StoredRun, progress: RunProgress): View {
  return withLeftOut(facts, { ...runningCard(facts, run, progress), context: approvalLine(facts) });
}

function approvalLine(facts: RequestFacts): string {
  const yes = facts.request.votes.filter((vote) => vote.verdict === 'approve');
  const approved = yes.map((vote) => `${facts.nameOf(vote.principal)}, ${clockTime(vote.at, facts.timeZone)}`);
  return `${idLine(facts)}${approved.length > 0 ? ` · approved by ${listed(approved)}` : ''}`;
}

function ended(facts: RequestFacts, run: StoredRun, progress: RunProgress): View {
  const [only] = facts.outcomes;
  const isOne = facts.request.deviceCount === 1;
  const told = isOne && only ? endedOne(facts.request.operation, only) : endedMany(facts, run, progress);
  const view = facts.origin ? scheduledEnd(told, facts, facts.origin, run, progress) : told;
  const context = [approvalLine(facts), view.context ?? ''].filter((part) => part !== '').join(' · ');
  return withLeftOut(facts, { ...view, outcome: progress.ok === progress.total ? 'done' : 'some_failed', context });
}

/** What only the words named is not forgotten once it runs. */
function withLeftOut({ request }: RequestFacts, view: View): View {
  const value = leftOutWords(request.planSummary);
  return value === '' ? view : { ...view, facts: [...(view.facts ?? []), { label: 'Left out', value }] };
}

function changedText({ endNote }: StoredRequest): string {
  const what =
    endNote === null
      ? 'The PCs that the words name, or the policy, are no longer what was agreed to.'
      : `Since it was agreed to: ${endNote}.`;
  return `${what} Nothing was done. Ask again to see the new plan.`;
}

/** What a request that expired was still without. */
function missedWords({ approvalsNeeded, votes }: StoredRequest): string {
  if (approvalsNeeded === 0) return 'without a confirmation';
  return votes.length === 0 ? 'without an approval' : `with ${votes.length} of ${approvalsNeeded} approvals`;
}

function over(facts: RequestFacts): View {
  const { request, retry, nameOf, timeZone } = facts;
  const what = `${verbOf(facts)} of ${subjectOf(facts)}`;
  const last = request.votes.at(-1);
  const endings: Record<string, string> = {
    denied: `Denied by ${last ? nameOf(last.principal) : 'an approver'}: ${what}`,
    expired: `Expired ${missedWords(request)}: ${what}`,
    withdrawn: `Withdrawn by ${nameOf(request.requester)}: ${what}`,
    changed: `Not started, the plan has changed: ${what}`,
  };
  return {
    tone: request.state === 'withdrawn' ? 'neutral' : 'warning',
    outcome: 'refused',
    title: endings[request.state] ?? what,
    text: request.state === 'changed' ? changedText(request) : 'Nothing was done.',
    facts: reasonFact(facts),
    ...(request.state === 'changed' && !retry
      ? { actions: [{ id: request.actions.retry, label: 'Ask again', style: 'default' as const }] }
      : {}),
    context: `${idLine(facts)}${request.decidedAt ? ` · ${clockTime(request.decidedAt, timeZone)}` : ''}${request.state === 'changed' ? ` · plan_changed${retry ? ` · asked again as ${retry.id} by ${nameOf(retry.requester)}` : ''}` : request.state === 'expired' ? ' · request_expired' : ''}`,
  };
}
