import type { RunProgress, StoredRun } from '../../ports/runs/run-store.ts';
import type { StoredRequest } from '../../ports/store/request-store.ts';
import { clockTime, count, plural } from '../format.ts';
import { operationWords, requestWords } from '../operation-words.ts';
import type { Span, View } from '../view.ts';
import { separated } from '../words-of.ts';

/** What the first card is made from. */
export interface HomeFacts {
  /** Requests that the person may decide on, the first to expire first. */
  readonly toApprove: readonly StoredRequest[];
  /** Own requests that ask once more. */
  readonly toConfirm: readonly StoredRequest[];
  /** Reviews that the person may sign off. */
  readonly toReview: readonly { readonly reviewId: string; readonly request: StoredRequest }[];
  /** Runs that have not ended, newest first. */
  readonly runs: readonly {
    readonly request: StoredRequest;
    readonly run: StoredRun;
    readonly progress: RunProgress;
  }[];
  /** Commands worth trying, without `/oob`. */
  readonly examples: readonly string[];
  readonly nameOf: (principal: string) => string;
  readonly timeZone: string;
}

/** Lines of each part; the commands that are named list all. */
const shownLines = 3;

/** What needs you, what runs, what to try, and how to get help: one glance. Pure. */
export function homeCard(facts: HomeFacts): View {
  const { toApprove, toConfirm, toReview, runs, nameOf, timeZone } = facts;
  const needs = toApprove.length + toConfirm.length + toReview.length;
  const until = ({ expiresAt }: StoredRequest) => (expiresAt ? `, until ${clockTime(expiresAt, timeZone)}` : '');
  const lines: Span[][] = [
    ...most(
      toApprove.map((request) => [
        `Approve? ${requestWords(request)} by ${nameOf(request.requester)}${until(request)}: `,
        { code: `/oob approve ${request.id}` },
      ]),
      'approvals',
    ),
    ...most(
      toConfirm.map((request) => [
        `Confirm? Your ${requestWords(request)}${until(request)}: `,
        { code: `/oob confirm ${request.id}` },
      ]),
      'approvals',
    ),
    ...most(
      toReview.map(({ reviewId, request }) => [
        `Review? Glass broken by ${nameOf(request.requester)}, ${requestWords(request)}: `,
        { code: `/oob review ${reviewId}` },
      ]),
      'reviews',
    ),
    ...most(
      runs.map(({ request, run, progress }) => [
        { strong: run.state === 'running' ? 'Runs: ' : run.state === 'paused' ? 'Paused: ' : 'Stops: ' },
        `${requestWords(request)}, ${standOf(request, progress)}`,
      ]),
      'runs',
    ),
    [
      { strong: 'Try: ' },
      ...separated(
        facts.examples.map((example) => [{ code: `/oob ${example}` }]),
        ', ',
      ),
    ],
    [
      { strong: 'Help: ' },
      { code: '/oob help' },
      ' lists all that you may do here, ',
      { code: '/oob help poweron' },
      ' one command',
    ],
  ];
  const running = runs.length === 0 ? 'nothing runs' : plural(runs.length, 'run');
  return {
    tone: needs > 0 ? 'warning' : 'neutral',
    title: `${needs === 0 ? 'Nothing needs you' : `${plural(needs, 'thing needs', 'things need')} you`}, ${running}`,
    text: separated(lines, '\n'),
  };
}

/** `61 of 96 off, 2 failed`. */
function standOf({ operation }: StoredRequest, { ok, failed, unknown, total }: RunProgress): string {
  const bad = failed + unknown;
  return `${count(ok)} of ${count(total)} ${operationWords[operation].done}${bad > 0 ? `, ${count(bad)} failed` : ''}`;
}

/** The first few lines, and how many there are more. */
function most(lines: readonly Span[][], command: string): readonly Span[][] {
  const more = lines.length - shownLines;
  return more > 0 ? [...lines.slice(0, shownLines), [`and ${count(more)} more: `, { code: `/oob ${command}` }]] : lines;
}
