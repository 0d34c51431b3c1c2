import { wordsOf } from '../../../../src/messages/words-of.ts';
import type { Answer, Conversation } from '../ground/conversation.ts';
import { place } from '../ground/place.ts';

/** How a site's checklist stands: a word per step, the first of them step 1. */
export interface ChecklistSeen {
  readonly title: string;
  readonly states: readonly string[];
  readonly evidence: readonly string[];
}

/** Has every step verified and reads how they stand. */
export async function verifyChecklist(chat: Conversation): Promise<ChecklistSeen> {
  await looked(chat, `checklist verify ${place.site}`);
  return readChecklist(chat);
}

/** What it says of one step. */
export const stepText = async (chat: Conversation, step: number): Promise<string> =>
  (await looked(chat, `checklist ${step} ${place.site}`)).text;

/** Ends 0, or 1 when something fails. */
async function looked(chat: Conversation, text: string): Promise<Answer> {
  const answer = await chat.say('operator', text);
  if (answer.code !== 0 && answer.code !== 1) throw new Error(`"${text}" ended ${answer.code}:\n${answer.text}`);
  return answer;
}

/** Reads how the steps stand. */
export async function readChecklist(chat: Conversation): Promise<ChecklistSeen> {
  const { view } = await looked(chat, `checklist ${place.site}`);
  const rows = (view.table?.rows ?? []).map((row) => row.map(wordsOf));
  return {
    title: view.title,
    states: rows.map(([, state = '']) => state),
    evidence: rows.map(([step = '', , evidence = '']) => `${step}: ${evidence}`),
  };
}

/** Whether a step is proved, or not needed here. */
export const isGood = (state: string): boolean => /proved|not needed/.test(state);

/** The steps that are neither, with their evidence. */
export const openSteps = ({ states, evidence }: ChecklistSeen): readonly string[] =>
  states.flatMap((state, at) => (isGood(state) ? [] : [evidence[at] ?? '']));

/** Numbers of the steps that fail. */
export const redSteps = ({ states }: ChecklistSeen): readonly number[] =>
  states.flatMap((state, at) => (state.includes('fail') ? [at + 1] : []));
