import type { StoredRequest } from '../../ports/store/request-store.ts';
import { subjectOf } from '../cards/request-card.ts';
import { clockTime, duration, listed, plural } from '../format.ts';
import { operationWords } from '../operation-words.ts';
import { approvalsLeft } from '../plan/waits-for.ts';
import type { Called, View } from '../view.ts';

/** What a notice about a request is made from. */
export interface NoticeFacts {
  readonly request: StoredRequest;
  /** Site of the devices when they share one. */
  readonly site: string | null;
  readonly calls: readonly Called[];
  readonly nameOf: (principal: string) => string;
  readonly timeZone: string;
  readonly now: Date;
}

const whatOf = (facts: NoticeFacts) => `${operationWords[facts.request.operation].verb} of ${subjectOf(facts)}`;

function untilWords({ request: { expiresAt }, timeZone, now }: NoticeFacts): string {
  if (expiresAt === null) return '';
  return ` Expires ${clockTime(expiresAt, timeZone)}, in ${duration(expiresAt.getTime() - now.getTime())}.`;
}

/** A request that soon expires, for those who may still approve it. Pure. */
export function reminder(facts: NoticeFacts): View {
  return {
    tone: 'warning',
    title: `Still needs ${plural(approvalsLeft(facts.request), facts.request.votes.length > 0 ? 'more approval' : 'approval')}: ${whatOf(facts)}`,
    calls: facts.calls,
    text: `Asked by ${facts.nameOf(facts.request.requester)}.${untilWords(facts)} Approve or deny on the card above.`,
    context: `about ${facts.request.id}`,
  };
}

/** A request that nobody has decided on, below its card in the channel where that is to be known. Pure. */
export function escalation(facts: NoticeFacts): View {
  const waitsMs = facts.now.getTime() - facts.request.createdAt.getTime();
  return {
    tone: 'warning',
    title: `Nobody has decided for ${duration(waitsMs)}: ${whatOf(facts)}`,
    calls: facts.calls,
    text: `Asked by ${facts.nameOf(facts.request.requester)} elsewhere.${untilWords(facts)} It can be approved or denied here too.`,
    context: `about ${facts.request.id}`,
  };
}

/** What became of a request that waited, for the person who asked; null where there is nothing to say. Pure. */
export function decided(facts: NoticeFacts): View | null {
  const { request, nameOf, calls } = facts;
  const last = request.votes.at(-1);
  const by = last ? nameOf(last.principal) : 'an approver';
  const say = (tone: View['tone'], title: string, text?: string): View => ({
    tone,
    title,
    calls,
    ...(text === undefined ? {} : { text }),
    context: `about ${request.id}`,
  });
  switch (request.state) {
    case 'approved':
      return request.approvalsNeeded === 0
        ? null
        : say(
            'good',
            `Approved by ${listed(request.votes.map(({ principal }) => nameOf(principal)))}, it starts now: ${whatOf(facts)}`,
          );
    case 'denied':
      return say('bad', `Denied by ${by}, nothing was done: ${whatOf(facts)}`);
    case 'expired':
      return say('warning', `Expired, nothing was done: ${whatOf(facts)}`, 'Ask again if it is still to be done.');
    case 'changed':
      return say(
        'warning',
        `Not started, the plan has changed: ${whatOf(facts)}`,
        'The card above says what has changed and has the button to ask again.',
      );
    default:
      return null;
  }
}
