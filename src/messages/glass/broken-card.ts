import type { Review } from '../../ports/trail/review-store.ts';
import type { RequestFacts } from '../cards/request-card.ts';
import { dateTime } from '../format.ts';
import type { Fact, View } from '../view.ts';
import { liftedWords } from './lifted-words.ts';

/** The card of a request for which breaking glass was asked: loud where something was lifted, a remark where nothing stood in the way. Pure. */
export function withGlass(view: View, facts: RequestFacts): View {
  const { request, nameOf, timeZone, review = null } = facts;
  const { glass } = request;
  if (!glass) return view;
  if (glass.lifted.length === 0)
    return { ...view, context: `${view.context ?? ''} · --break-glass was not needed: nothing stood in the way` };
  return {
    ...view,
    tone: view.tone === 'bad' ? 'bad' : 'warning',
    title: `BREAK-GLASS by ${nameOf(request.requester)}: ${view.title}`,
    facts: [
      ...(view.facts ?? []).filter(({ label }) => label !== 'Reason'),
      { label: 'Reason', value: request.reason ?? '' },
      { label: 'Lifted', value: liftedWords(glass.lifted) },
      ...reviewFact(glass.reviewId, review, nameOf, timeZone),
    ],
  };
}

function reviewFact(
  id: string | null,
  review: Review | null,
  nameOf: (principal: string) => string,
  timeZone: string,
): readonly Fact[] {
  if (id === null) return [];
  return [{ label: 'Review', value: `${id}, ${review?.signedOff ? signedWords(review, nameOf, timeZone) : 'open'}` }];
}

/** `signed off by Arturo Approver, 2026-11-23 14:02 CET: pump was on fire`. Empty while it is open. Pure. */
export function signedWords({ signedOff }: Review, nameOf: (principal: string) => string, timeZone: string): string {
  if (!signedOff) return '';
  const note = signedOff.note === null ? '' : `: ${signedOff.note}`;
  return `signed off by ${nameOf(signedOff.by)}, ${dateTime(signedOff.at, timeZone)}${note}`;
}
