import type { RunProgress, StoredRun } from '../../ports/runs/run-store.ts';
import type { StoredRequest } from '../../ports/store/request-store.ts';
import type { Review } from '../../ports/trail/review-store.ts';
import { count, dateTime, listed, oneLine, plural } from '../format.ts';
import { operationWords, requestWords } from '../operation-words.ts';
import type { View } from '../view.ts';
import { signedWords } from './broken-card.ts';
import { liftedWords } from './lifted-words.ts';

/** What a review is about, as it stands now. */
export interface ReviewFacts {
  readonly review: Review;
  readonly request: StoredRequest;
  readonly run: Pick<StoredRun, 'state'> | null;
  readonly progress: RunProgress | null;
}

const shownNames = 5;

/** What was done, in counts: `3 off, 1 failed`; while it runs how far it is. Pure. */
export function doneWords({ request, run, progress }: ReviewFacts): string {
  if (request.state === 'changed') return `not started: ${request.endNote ?? 'the plan had changed'}`;
  if (!run || !progress) return 'not started yet';
  const { ok, failed, unknown, skipped, total } = progress;
  const parts = [
    `${count(ok)} ${operationWords[request.operation].done}`,
    ...(failed > 0 ? [`${count(failed)} failed`] : []),
    ...(unknown > 0 ? [`${count(unknown)} unknown`] : []),
    ...(skipped > 0 ? [`${count(skipped)} not begun`] : []),
  ];
  return run.state === 'ended' ? parts.join(', ') : `${run.state}, ${parts.join(', ')} of ${count(total)}`;
}

/** Reviews that wait for somebody, oldest first. Pure. */
export function reviewsCard(facts: {
  readonly open: readonly ReviewFacts[];
  readonly nameOf: (principal: string) => string;
  readonly timeZone: string;
}): View {
  const { open, nameOf, timeZone } = facts;
  if (open.length === 0) return { tone: 'neutral', title: 'Nothing waits for a review' };
  return {
    tone: 'warning',
    title: `${plural(open.length, 'review')} open: glass was broken`,
    table: {
      columns: ['Review', 'When', 'By', 'What', 'Done', 'Reason'],
      rows: open.map((each) => [
        each.review.id,
        dateTime(each.review.openedAt, timeZone),
        nameOf(each.review.requester),
        requestWords(each.request),
        doneWords(each),
        oneLine(each.request.reason ?? '', 80),
      ]),
    },
    text: ['Somebody else who may approve it signs it off: ', { code: '/oob review REVIEW --note TEXT' }],
  };
}

/** One review: who, why, what was lifted, what was done, and who signed it off. Pure. */
export function reviewCard(
  facts: ReviewFacts & { readonly nameOf: (principal: string) => string; readonly timeZone: string },
): View {
  const { review, request, nameOf, timeZone } = facts;
  const state = review.signedOff ? 'Signed off' : 'Open';
  return {
    tone: review.signedOff ? 'good' : 'warning',
    title: `${state}: BREAK-GLASS by ${nameOf(review.requester)}: ${requestWords(request)}`,
    facts: [
      { label: 'When', value: dateTime(review.openedAt, timeZone) },
      { label: 'Reason', value: request.reason ?? '' },
      { label: 'Command', value: oneLine(request.commandText, 200) },
      { label: 'Lifted', value: liftedWords(request.glass?.lifted ?? []) },
      { label: 'PCs', value: listed(request.sampleNames, request.deviceCount, shownNames) },
      { label: 'Done', value: doneWords(facts) },
      ...(review.signedOff ? [{ label: 'Review', value: signedWords(review, nameOf, timeZone) }] : []),
    ],
    ...(review.signedOff ? {} : { text: ['Sign it off: ', { code: `/oob review ${review.id} --note TEXT` }] }),
    context: `${review.id} · ${request.id}`,
  };
}
