import type { SiteChecklist, StepState } from '../../checklist/checklist-of.ts';
import type { Evidence } from '../../ports/checklist/checklist-store.ts';
import { dateTime } from '../format.ts';
import type { Action, Span, View } from '../view.ts';
import { evidenceCsv } from './checklist-card.ts';
import { statusText, statusTones, statusWords } from './status-words.ts';
import { attestedFacts, dependsOnFacts, neededWords, valueLines } from './step-facts.ts';

const shownLines = 4;
const lineLength = 200;

/** What goes with a step for the person who looks at it. */
export interface StepExtras {
  readonly timeZone: string;
  readonly nameOf: (principal: string) => string;
  readonly actions: readonly Action[];
  /** Whether people may answer for some of it. */
  readonly mayAttest: boolean;
}

/** One step of a site: what it is, and every piece of evidence with its mend. Pure. */
export function stepCard(checklist: Pick<SiteChecklist, 'site' | 'steps'>, state: StepState, extras: StepExtras): View {
  const { site, steps } = checklist;
  const { number, step, status, isOld, finding, failingBefore } = state;
  const { timeZone, actions, mayAttest } = extras;
  const mends = mendLines(finding?.evidence ?? []);
  return {
    tone: statusTones[status],
    outcome: 'done',
    title: `Step ${number} at ${site}: ${step.shortTitle} ${statusWords[status].word}${isOld ? ', and what is known is old' : ''}`,
    text: [
      step.title,
      ...(failingBefore.length > 0 ? [`\nBefore it: step ${failingBefore.join(', ')} fails.`] : []),
      ...mends,
      ...(mayAttest && status !== 'pass'
        ? ['\nOr answer for it: ', { code: `/oob checklist attest ${number} ${site} --reason "..." --for 90d` }]
        : []),
    ],
    facts: [
      { label: 'Needed', value: neededWords(step) },
      ...dependsOnFacts(step, steps),
      { label: 'Whose work', value: step.actors },
      ...attestedFacts(finding?.evidence ?? [], extras, lineLength),
    ],
    ...(finding
      ? {
          table: {
            columns: ['What', 'State', 'Measured', 'Where and when'],
            rows: finding.evidence.map((each) => [
              each.check,
              statusText(each.status),
              valueLines(each, { most: shownLines, mostChars: lineLength }).join('; '),
              `${each.where}, ${dateTime(each.at, timeZone)}`,
            ]),
          },
        }
      : {}),
    ...(actions.length > 0 ? { actions } : {}),
    attachment: {
      name: `checklist-${site}-step-${number}.csv`,
      mediaType: 'text/csv',
      content: evidenceCsv({ site, steps: [state] }),
    },
    context: finding
      ? `${step.id} · ${statusWords[finding.status].word} since ${dateTime(finding.since, timeZone)} · counts until ${dateTime(finding.expiresAt, timeZone)}`
      : `${step.id} · never verified`,
  };
}

/** What mends it, once each. */
function mendLines(evidence: readonly Evidence[]): readonly Span[] {
  const open = evidence.filter(({ mend, status }) => mend !== null && status !== 'pass');
  const seen = new Set<string>();
  return open.flatMap(({ check, mend, command }): Span[] => {
    if (mend === null || seen.has(mend)) return [];
    seen.add(mend);
    return ['\n', { strong: `${check}: ` }, mend, ...(command === null ? [] : [' ', { code: `/oob ${command}` }])];
  });
}
