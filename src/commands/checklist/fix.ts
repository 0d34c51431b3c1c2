import { fixOf } from '../../checklist/fix-step.ts';
import { nothingToMend, peopleCard } from '../../messages/checklist/mend-cards.ts';
import { siteWord } from '../../messages/pages/fleet-words.ts';
import { readOperation } from '../../router/read-operation.ts';
import type { Answer, Command } from '../command-spec.ts';
import { reasonOption } from '../options.ts';
import { readPlace, stepAt } from './step-words.ts';

/** `fix STEP [SITE]`. */
export const fix: Command = {
  name: 'fix',
  summary: 'Start what mends a step of the checklist, or say what people have to do',
  usage: 'STEP [SITE]',
  words: { least: 1, most: 2 },
  options: [reasonOption],
  examples: ['fix 8 madrid', 'fix oob.settings'],
  // What it starts is a request of its own, as if it had been typed: policy and approvals are those of that.
  risk: 'act',
  operations: [],
  read: () => ({ kind: 'answer', answer }),
};

const answer: Answer = async (context) => {
  const { principal, conversation, words, options, requests, commands, clock, timeZone } = context;
  const place = await readPlace(context, words, 'fix');
  if (!place.ok) return place;
  const found = await stepAt(context, place);
  if (!found.ok) return found;
  const { site, state } = found;
  if (!state.finding)
    return {
      ok: false,
      code: 'step_not_verified',
      details: [],
      suggestion: `checklist verify ${state.number} ${siteWord(site)}`,
    };
  const what = fixOf(state.finding);
  if (what.kind === 'nothing') return { ok: true, view: nothingToMend(site, state.number) };
  if (what.kind === 'people') return { ok: true, view: peopleCard(site, state.number, state.step.actors, what.mends) };
  const read = readOperation(what.command, commands, { now: clock.now(), timeZone });
  if (!read.ok) throw new Error(`the command that mends step ${state.number} is none: ${what.command}`);
  const { operation, parameters, targetWords } = read.asked;
  const asked = await requests.ask({
    ...{ principal, conversation, commandText: what.command, operation, parameters, targetWords },
    reason: options.get('reason') ?? `checklist step ${state.number} of ${site}: ${what.mends.check}`,
  });
  return asked.ok ? { ok: true, view: null } : asked;
};
