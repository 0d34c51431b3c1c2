import { checklistCard } from '../messages/checklist/checklist-card.ts';
import { stepCard } from '../messages/checklist/step-card.ts';
import type { PageLinks } from '../messages/page-address.ts';
import { siteWord } from '../messages/pages/fleet-words.ts';
import type { Action, View } from '../messages/view.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { InvocationStore } from '../ports/store/invocation-store.ts';
import { nextDue } from '../schedule/calendar/due-times.ts';
import { attestableChecks } from './attest.ts';
import type { SiteChecklist, StepState } from './checklist-of.ts';
import { fixOf } from './fix-step.ts';
import type { ChecklistSettings } from './settings.ts';

/** What it takes to show a checklist to a person. */
export interface Showing {
  readonly invocations: Pick<InvocationStore, 'offer'>;
  readonly settings: Pick<ChecklistSettings, 'schedule'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: NewId;
  readonly timeZone: string;
  readonly nameOf: (principal: string) => string;
  /** Principal id of who may press the buttons; null: there are none. */
  readonly askedBy: string | null;
  /** Where the pages of the console are for those who read it. Default: nowhere. */
  readonly links?: PageLinks;
}

/** The checklist of a site, with buttons for the person who asked. */
export async function checklistAnswer(checklist: SiteChecklist, showing: Showing): Promise<View> {
  const { schedule } = showing.settings;
  const { site, steps } = checklist;
  const worst = steps.find(({ status }) => status === 'fail') ?? steps.find(({ status }) => status === 'warn');
  const details = worst
    ? [
        { label: `Fix ${worst.number}`, text: `fix ${worst.number} ${siteWord(site)}` },
        { label: `Details ${worst.number}`, text: `checklist ${worst.number} ${siteWord(site)}` },
      ]
    : [];
  const actions = await offers([{ label: 'Verify', text: `checklist verify ${siteWord(site)}` }, ...details], showing);
  const { links } = showing;
  const next = schedule ? (nextDue(schedule.cron, schedule.timeZone, showing.clock.now(), 1)[0] ?? null) : null;
  return checklistCard(checklist, {
    ...{ timeZone: showing.timeZone, actions, nextDue: next },
    ...(links ? { links } : {}),
  });
}

/** One step of a site, with buttons for the person who asked. */
export async function stepAnswer(checklist: SiteChecklist, state: StepState, showing: Showing): Promise<View> {
  const { number, finding } = state;
  const site = siteWord(checklist.site);
  const fix = finding ? fixOf(finding) : { kind: 'nothing' as const };
  const actions = await offers(
    [
      ...(fix.kind === 'command' ? [{ label: 'Fix', text: `fix ${number} ${site}` }] : []),
      { label: 'Verify', text: `checklist verify ${number} ${site}` },
    ],
    showing,
  );
  const mayAttest = finding !== null && attestableChecks(finding).length > 0;
  return stepCard(checklist, state, { timeZone: showing.timeZone, nameOf: showing.nameOf, actions, mayAttest });
}

async function offers(
  wishes: readonly { readonly label: string; readonly text: string }[],
  { invocations, askedBy, clock, newId }: Showing,
): Promise<readonly Action[]> {
  if (askedBy === null) return [];
  const actions: Action[] = [];
  for (const { label, text } of wishes) {
    const actionId = newId('act');
    await invocations.offer({ actionId, text, principal: askedBy, offeredAt: clock.now() });
    actions.push({ id: actionId, label, style: label.startsWith('Fix') ? 'primary' : 'default' });
  }
  return actions;
}
