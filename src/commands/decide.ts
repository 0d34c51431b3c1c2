import { listed } from '../messages/format.ts';
import { operationWords } from '../messages/operation-words.ts';
import type { StoredRequest } from '../ports/store/request-store.ts';
import { type AnswerContext, answering, type Command } from './command-spec.ts';

const whatOf = ({ operation, sampleNames, deviceCount }: StoredRequest) =>
  `${operationWords[operation].verb} of ${listed(sampleNames, deviceCount, 2)}`;

const vote = (verdict: 'approve' | 'deny') => async (context: AnswerContext) => {
  const voted = await context.requests.vote(context.words[0] ?? '', context.principal, verdict);
  if (!voted.ok) return voted;
  const { request } = voted;
  const what = whatOf(request);
  const left = request.approvalsNeeded - request.votes.filter((each) => each.verdict === 'approve').length;
  const title =
    verdict === 'deny' ? `Denied: ${what}` : left > 0 ? `Approved, ${left} more needed: ${what}` : `Approved: ${what}`;
  return { ok: true, view: { tone: 'good', outcome: 'done', title, context: request.id } } as const;
};

/** `confirm REQUEST`. */
export const confirm: Command = {
  name: 'confirm',
  summary: 'Confirm a request of yours that asks you once more',
  usage: 'REQUEST',
  words: { least: 1, most: 1 },
  options: [],
  examples: ['confirm req_4kq1'],
  risk: 'act',
  operations: [],
  read: answering(async ({ requests, words, principal }) => {
    const confirmed = await requests.confirm(words[0] ?? '', principal);
    if (!confirmed.ok) return confirmed;
    const { id } = confirmed.request;
    return {
      ok: true,
      view: { tone: 'good', outcome: 'done', title: `Confirmed: ${whatOf(confirmed.request)}`, context: id },
    };
  }),
};

/** `withdraw REQUEST`, as the button does. */
export const withdraw: Command = {
  name: 'withdraw',
  summary: 'Withdraw a request of yours that still waits',
  usage: 'REQUEST',
  words: { least: 1, most: 1 },
  options: [],
  examples: ['withdraw req_4kq1'],
  risk: 'act',
  operations: [],
  read: answering(async ({ requests, words, principal }) => {
    const withdrawn = await requests.withdraw(words[0] ?? '', principal);
    if (!withdrawn.ok) return withdrawn;
    const { id } = withdrawn.request;
    return {
      ok: true,
      view: { tone: 'good', outcome: 'done', title: `Withdrawn: ${whatOf(withdrawn.request)}`, context: id },
    };
  }),
};

/** `approve REQUEST`. */
export const approve: Command = {
  name: 'approve',
  summary: 'Approve a waiting request of somebody else',
  usage: 'REQUEST',
  words: { least: 1, most: 1 },
  options: [],
  examples: ['approve req_4kq1'],
  risk: 'act',
  operations: [],
  read: answering(vote('approve')),
};

/** `deny REQUEST`. */
export const deny: Command = {
  name: 'deny',
  summary: 'Deny a waiting request of somebody else',
  usage: 'REQUEST',
  words: { least: 1, most: 1 },
  options: [],
  examples: ['deny req_4kq1'],
  risk: 'act',
  operations: [],
  read: answering(vote('deny')),
};
