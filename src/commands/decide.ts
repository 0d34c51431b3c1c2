import { listed } from '../messages/format.ts';
import { operationWords } from '../messages/operation-words.ts';
import { type AnswerContext, answering, type Command } from './command-spec.ts';

const vote = (verdict: 'approve' | 'deny') => async (context: AnswerContext) => {
  const voted = await context.requests.vote(context.words[0] ?? '', context.principal, verdict);
  if (!voted.ok) return voted;
  const { request } = voted;
  const what = `${operationWords[request.operation].verb} of ${listed(request.sampleNames, request.deviceCount, 2)}`;
  const left = request.approvalsNeeded - request.votes.filter((each) => each.verdict === 'approve').length;
  const title =
    verdict === 'deny' ? `Denied: ${what}` : left > 0 ? `Approved, ${left} more needed: ${what}` : `Approved: ${what}`;
  return { ok: true, view: { tone: 'good', outcome: 'done', title, context: request.id } } as const;
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
