import { count, plural } from '../format.ts';
import { doneWords, type ReviewFacts, reviewsCard } from '../glass/review-cards.ts';
import { requestWords } from '../operation-words.ts';
import { quietSection, type SectionView } from './section-view.ts';
import { dayTime } from './words.ts';

const shownRows = 20;

/** Reviews of broken glass that wait for somebody else. Pure. */
export function breakGlassSection(facts: {
  /** Oldest first. */
  readonly open: readonly ReviewFacts[];
  readonly nameOf: (principal: string) => string;
  readonly timeZone: string;
  readonly since: Date;
}): SectionView {
  const { open, nameOf, timeZone, since } = facts;
  const [oldest] = open;
  if (!oldest) return quietSection('Break-glass', 'nothing to review');
  const fresh = open.filter(({ review }) => review.openedAt >= since).length;
  const title = `${plural(open.length, 'break-glass', 'break-glass')} to review${fresh > 0 ? ` (${count(fresh)} new)` : ''}`;
  return {
    heading: 'Break-glass',
    headline: `${title}, the oldest since ${dayTime(oldest.review.openedAt, timeZone)}`,
    isNews: true,
    isAlarm: true,
    details: {
      ...reviewsCard({ open: open.slice(0, shownRows), nameOf, timeZone }),
      title: `Break-glass: ${count(open.length)} to review`,
    },
    rows: open.map((each) => [
      'break-glass to review',
      each.review.id,
      requestWords(each.request),
      `${nameOf(each.review.requester)}; ${doneWords(each)}`,
    ]),
  };
}
