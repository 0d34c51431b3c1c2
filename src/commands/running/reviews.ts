import { readOpenReviews, readReviewFacts } from '../../approvals/review-facts.ts';
import { oneLine } from '../../messages/format.ts';
import { reviewCard, reviewsCard } from '../../messages/glass/review-cards.ts';
import { requestWords } from '../../messages/operation-words.ts';
import { bounds } from '../../router/parse.ts';
import { type AnswerContext, answering, type Command } from '../command-spec.ts';

const shownReviews = 20;

/** `reviews`: where glass was broken and nobody else has signed it off. */
export const reviews: Command = {
  name: 'reviews',
  summary: 'List where glass was broken and nobody has signed it off yet',
  usage: '',
  words: { least: 0, most: 0 },
  options: [],
  examples: ['reviews'],
  risk: 'read',
  operations: [],
  read: answering(async ({ store, people: { nameOf }, timeZone }) => ({
    ok: true,
    view: reviewsCard({ open: await readOpenReviews(store, shownReviews), nameOf, timeZone }),
  })),
};

async function show({ words, store, people: { nameOf }, timeZone }: AnswerContext) {
  const found = await store.reviews.get(words[0] ?? '');
  const facts = found && (await readReviewFacts(store, found));
  if (!facts) return { ok: false, code: 'no_such_review', details: [] } as const;
  return { ok: true, view: reviewCard({ ...facts, nameOf, timeZone }) } as const;
}

async function signOff({ words, options, requests, principal }: AnswerContext) {
  const note = oneLine(options.get('note') ?? '', bounds.reason);
  if (note === '') return { ok: false, code: 'bad_usage', details: ['Say what you found: --note "..."'] } as const;
  const signed = await requests.signOff(words[0] ?? '', principal, note);
  if (!signed.ok) return signed;
  const title = `Signed off: ${requestWords(signed.request)}`;
  return { ok: true, view: { tone: 'good', outcome: 'done', title, context: signed.review.id } } as const;
}

/** `review ID`: one of them; with `--note` it is signed off. */
export const review: Command = {
  name: 'review',
  summary: 'Show where glass was broken, or sign it off as somebody else',
  usage: 'REVIEW [--note TEXT]',
  words: { least: 1, most: 1 },
  options: [{ name: 'note', value: 'TEXT', summary: 'sign it off: what you found; the trail keeps it' }],
  examples: ['review rev_4kq1', 'review rev_4kq1 --note "pump room was flooded, all off as it should be"'],
  risk: 'act',
  operations: [],
  read: (_words, options) => ({ kind: 'answer', answer: options.has('note') ? signOff : show }),
};
