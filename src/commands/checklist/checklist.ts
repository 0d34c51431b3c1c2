import { daysIn, longestDays } from '../../checklist/attest.ts';
import { stepIds } from '../../checklist/step.ts';
import { checklistsCard } from '../../messages/checklist/checklist-card.ts';
import { attestedCard, withdrawnCard } from '../../messages/checklist/mend-cards.ts';
import { oneLine } from '../../messages/format.ts';
import { bounds } from '../../router/parse.ts';
import type { Answer, AnswerContext, Command } from '../command-spec.ts';
import { reasonOption } from '../options.ts';
import { oneSite, readPlace, stepAt } from './step-words.ts';

const usualDays = 90;

/** `checklist [STEP] [SITE]`, `checklist verify [STEP] [SITE]`, `checklist attest STEP [SITE]`, `checklist withdraw STEP [SITE]`. */
export const checklist: Command = {
  name: 'checklist',
  summary: 'Show how out-of-band management of a site stands, step by step',
  usage: '[verify|attest|withdraw] [STEP] [SITE]',
  words: { least: 0, most: 3 },
  options: [
    { ...reasonOption, summary: 'with attest: why you answer for it' },
    { name: 'for', value: 'TIME', summary: `with attest: how long, such as 90d, 6w or 1y; usually ${usualDays}d` },
  ],
  examples: [
    'checklist',
    'checklist madrid',
    'checklist 2 madrid',
    'checklist verify madrid',
    'checklist attest oob.method madrid --reason "in-band only" --for 90d',
  ],
  risk: 'read',
  operations: [],
  read: (words, options) => {
    const [form = '', ...rest] = words;
    const isAttest = form.toLowerCase() === 'attest';
    const [strange] = isAttest ? [] : [...options.keys()];
    if (strange !== undefined) return { kind: 'mistake', problem: `--${strange} goes with checklist attest.` };
    if (isAttest) return readAttest(rest, options);
    if (form.toLowerCase() === 'withdraw')
      return rest.length > 0
        ? { kind: 'answer', answer: withdraw }
        : { kind: 'mistake', problem: 'Which step? It is checklist withdraw STEP SITE.' };
    if (form.toLowerCase() === 'verify') return { kind: 'answer', answer: verify };
    return words.length > 2
      ? { kind: 'mistake', problem: 'It is checklist STEP SITE.' }
      : { kind: 'answer', answer: show };
  },
};

function readAttest(words: readonly string[], options: ReadonlyMap<string, string>) {
  const mistake = (problem: string) => ({ kind: 'mistake', problem }) as const;
  if (words.length === 0) return mistake('Which step? It is checklist attest STEP SITE.');
  if (oneLine(options.get('reason') ?? '', bounds.reason) === '') return mistake('Say why: --reason "...".');
  if (daysIn(options.get('for') ?? `${usualDays}d`) === null)
    return mistake(`--for takes a time such as 90d, 6w or 1y, ${longestDays} days at most.`);
  return { kind: 'answer', answer: attest } as const;
}

const showingOf = ({ principal, people }: AnswerContext) => ({ askedBy: principal.id, nameOf: people.nameOf });

const show: Answer = async (context) => {
  const { checklist: desk, timeZone, words } = context;
  const place = await readPlace(context, words, 'checklist');
  if (!place.ok) return place;
  if (place.number !== null) {
    const found = await stepAt(context, place);
    if (!found.ok) return found;
    return { ok: true, view: await desk.stepView(found.all, found.state, showingOf(context)) };
  }
  if (place.site === null && place.sites.length > 1)
    return { ok: true, view: checklistsCard(await Promise.all(place.sites.map((site) => desk.of(site))), timeZone) };
  const one = oneSite(place);
  if (!one.ok) return one;
  return { ok: true, view: await desk.view(await desk.of(one.site), showingOf(context)) };
};

const verify: Answer = async (context) => {
  const { checklist: desk, principal, conversation, words } = context;
  const place = await readPlace(context, words.slice(1), 'checklist verify');
  if (!place.ok) return place;
  const one = oneSite(place);
  if (!one.ok) return one;
  const step = place.number === null ? null : (stepIds[place.number - 1] ?? null);
  const begun = await desk.verify(one.site, step, { principal, conversation });
  return begun.ok ? { ok: true, view: null } : begun;
};

const attest: Answer = async (context) => {
  const { checklist: desk, principal, conversation, words, options, timeZone } = context;
  const place = await readPlace(context, words.slice(1), 'checklist attest');
  if (!place.ok) return place;
  const found = await stepAt(context, place);
  if (!found.ok) return found;
  const reason = oneLine(options.get('reason') ?? '', bounds.reason);
  const days = daysIn(options.get('for') ?? `${usualDays}d`) ?? usualDays;
  const attested = await desk.attest(found.site, found.state, { reason, days }, { principal, conversation });
  if (!attested.ok) return attested;
  return { ok: true, view: attestedCard(attested.attestation, found.state.number, timeZone) };
};

const withdraw: Answer = async (context) => {
  const { checklist: desk, principal, conversation, words } = context;
  const place = await readPlace(context, words.slice(1), 'checklist withdraw');
  if (!place.ok) return place;
  const found = await stepAt(context, place);
  if (!found.ok) return found;
  const withdrawn = await desk.withdraw(found.site, found.state, { principal, conversation });
  return withdrawn.ok ? { ok: true, view: withdrawnCard(found.site, found.state.number) } : withdrawn;
};
