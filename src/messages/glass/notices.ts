import type { Lifted } from '../../policy/break-glass.ts';
import type { StoredRequest } from '../../ports/store/request-store.ts';
import type { NewReview, SignOff } from '../../ports/trail/review-store.ts';
import { subjectOf } from '../cards/request-card.ts';
import { listed, oneLine } from '../format.ts';
import { operationWords } from '../operation-words.ts';
import { parameterFacts } from '../parameter-words.ts';
import type { Called, View } from '../view.ts';
import { liftedWords } from './lifted-words.ts';

const shownNames = 5;

/** Says to everybody who could have approved that somebody did not wait for them, and asks for a review. Pure. */
export function brokenGlassNotice(facts: {
  readonly request: StoredRequest;
  readonly review: Pick<NewReview, 'id' | 'actionId'>;
  readonly lifted: readonly Lifted[];
  readonly site: string | null;
  readonly calls: readonly Called[];
  readonly nameOf: (principal: string) => string;
  readonly timeZone: string;
}): View {
  const { request, review, lifted, calls, nameOf, timeZone } = facts;
  const who = nameOf(request.requester);
  const nobody =
    calls.length === 0
      ? [' As the roles stand nobody can sign it off: give somebody else the right to approve it.']
      : [];
  return {
    tone: 'bad',
    // For a program that said the command and reads on: the card of the request says how it ends.
    outcome: 'working',
    title: `BREAK-GLASS by ${who}: ${operationWords[request.operation].verb} of ${subjectOf(facts)}`,
    calls,
    text: [
      'It is done without approval. Look at what was done and why, then sign it off: ',
      { code: `/oob review ${review.id} --note TEXT` },
      '. It stays open until somebody else does.',
      ...nobody,
    ],
    facts: [
      { label: 'Reason', value: request.reason ?? '' },
      { label: 'Lifted', value: liftedWords(lifted) },
      { label: 'PCs', value: listed(request.sampleNames, request.deviceCount, shownNames) },
      ...parameterFacts(request.operation, request.parameters, timeZone),
    ],
    actions: [
      {
        id: review.actionId,
        label: 'Sign off',
        style: 'primary',
        confirm: {
          title: 'Sign off?',
          text: `You say that you have looked at what ${oneLine(who, 80)} did and why, and that it is settled.`,
          yes: 'Sign off',
          no: 'Cancel',
        },
      },
    ],
    context: `${review.id} · ${request.id}`,
  };
}

/** Says below that notice who has signed it off. Pure. */
export function signedOffNotice(facts: {
  readonly request: StoredRequest;
  readonly signOff: SignOff;
  readonly nameOf: (principal: string) => string;
}): View {
  const { request, signOff, nameOf } = facts;
  return {
    tone: 'good',
    title: `Signed off by ${nameOf(signOff.by)}`,
    ...(signOff.note === null ? {} : { facts: [{ label: 'Note', value: signOff.note }] }),
    context: `${request.glass?.reviewId ?? ''} · ${request.id}`,
  };
}
