import type { Conversation } from '../ground/conversation.ts';
import { place } from '../ground/place.ts';

/** How a site's checklist stands: a word per step, the first of them step 1. */
export interface ChecklistSeen {
  readonly title: string;
  readonly states: readonly string[];
  readonly evidence: readonly string[];
}

/** Has every step verified and reads how they stand. */
export async function verifyChecklist(chat: Conversation): Promise<ChecklistSeen> {
  await chat.must('operator', `checklist verify ${place.site}`);
  return readChecklist(chat);
}

/** Reads how the steps stand. */
export async function readChecklist(chat: Conversation): Promise<ChecklistSeen> {
  const { view } = await chat.must('operator', `checklist ${place.site}`);
  const rows = view.table?.rows ?? [];
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
