import { requestWords } from '../messages/operation-words.ts';
import { approvalsLeft } from '../messages/plan/waits-for.ts';
import { type AnswerContext, answering, type Command } from './command-spec.ts';

const vote = (verdict: 'approve' | 'deny') => async (context: AnswerContext) => {
  const voted = await context.requests.vote(context.words[0] ?? '', context.principal, verdict);
  if (!voted.ok) return voted;
  const { request } = voted;
  const what = requestWords(request);
  const left = approvalsLeft(request);
  const title =
    verdict === 'deny' ? `Denied: ${what}` : left > 0 ? `Approved, ${left} more needed: ${what}` : `Approved: ${what}`;
  return { ok: true, view: { tone: 'good', outcome: 'done', title, context: request.id } } as const;
};

const told = { confirm: 'Confirmed', withdraw: 'Withdrawn' } as const;

const own = (verb: keyof typeof told) => async (context: AnswerContext) => {
  const done = await context.requests[verb](context.words[0] ?? '', context.principal);
  if (!done.ok) return done;
  const { request } = done;
  const title = `${told[verb]}: ${requestWords(request)}`;
  return { ok: true, view: { tone: 'good', outcome: 'done', title, context: request.id } } as const;
};

const shape = {
  usage: 'REQUEST',
  words: { least: 1, most: 1 },
  options: [],
  risk: 'act',
  operations: [],
} as const;

/** `confirm REQUEST`. */
export const confirm: Command = {
  ...shape,
  name: 'confirm',
  summary: 'Confirm a request of yours that asks you once more',
  examples: ['confirm req_4kq1'],
  read: answering(own('confirm')),
};

/** `withdraw REQUEST`, as the button does. */
export const withdraw: Command = {
  ...shape,
  name: 'withdraw',
  summary: 'Withdraw a request of yours that still waits',
  examples: ['withdraw req_4kq1'],
  read: answering(own('withdraw')),
};

/** `approve REQUEST`. */
export const approve: Command = {
  ...shape,
  name: 'approve',
  summary: 'Approve a waiting request of somebody else',
  examples: ['approve req_4kq1'],
  read: answering(vote('approve')),
};

/** `deny REQUEST`. */
export const deny: Command = {
  ...shape,
  name: 'deny',
  summary: 'Deny a waiting request of somebody else',
  examples: ['deny req_4kq1'],
  read: answering(vote('deny')),
};
