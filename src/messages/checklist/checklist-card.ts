import type { SiteChecklist, StepState } from '../../checklist/checklist-of.ts';
import type { Evidence } from '../../ports/checklist/checklist-store.ts';
import { count, dateTime, oneLine } from '../format.ts';
import { linked, type PageLinks } from '../page-address.ts';
import { csvOf } from '../reports/csv.ts';
import type { Action, Span, View } from '../view.ts';
import { joinedText, separated } from '../words-of.ts';
import { countsText, sitesText, statusText, statusWords, toneOf } from './status-words.ts';
import { provedFacts, verifiedParts } from './step-facts.ts';

const shownEvidence = 110;
const shownChanges = 6;

/** What goes with a checklist for the person who looks at it. */
export interface ChecklistExtras {
  readonly timeZone: string;
  readonly actions: readonly Action[];
  /** When it is verified again by itself; null: it is not. */
  readonly nextDue: Date | null;
  /** Where the steps are looked at. Default: nowhere. */
  readonly links?: PageLinks;
}

/** The checklist of one site: counts, what changed since yesterday, a line per step, the trend, and a file with all evidence. Pure. */
export function checklistCard(checklist: SiteChecklist, { timeZone, actions, nextDue, links }: ChecklistExtras): View {
  const { site, steps, counts, changes, trend, verifiedAt } = checklist;
  const text =
    verifiedAt === null
      ? 'Not all of it was verified yet.'
      : changes.length === 0
        ? trend.length > 1
          ? 'No change since yesterday.'
          : 'Verified for the first time.'
        : joinedText(['Since yesterday:\n', ...changesText(checklist, links)]);
  return {
    tone: toneOf(counts),
    outcome: 'done',
    title: `Checklist ${site}: ${countsText(counts)}`,
    text,
    facts: provedFacts(checklist),
    table: {
      columns: ['Step', 'State', 'Evidence'],
      rows: steps.map((state) => [
        joinedText([stepLink(`${state.number} ${state.step.shortTitle}`, site, state, links)]),
        statusText(state.status),
        oneLine(evidenceLine(state), shownEvidence),
      ]),
    },
    ...(actions.length > 0 ? { actions } : {}),
    context: [...verifiedParts(verifiedAt, nextDue, timeZone), 'all evidence of a step: /oob checklist NUMBER'].join(
      ' · ',
    ),
    attachment: { name: `checklist-${site}.csv`, mediaType: 'text/csv', content: evidenceCsv(checklist) },
  };
}

/** Words about a step that lead to it on its site's page; the words alone where there are no links. Pure. */
export function stepLink(words: string, site: string, { number }: StepState, links: PageLinks | undefined): Span {
  return linked(words, { kind: 'site', site, step: number }, links);
}

/** `✖ step 2 (certificates) fails: ...`, a line for each change. Pure. */
export function changesText(
  { site, changes }: Pick<SiteChecklist, 'site' | 'changes'>,
  links?: PageLinks,
): readonly Span[] {
  const shown = changes.slice(0, shownChanges).map(({ state, before }) => {
    const { mark, word } = statusWords[state.status];
    const was = before === null ? '' : ` (was: ${statusWords[before].word})`;
    const why =
      state.status === 'fail' || state.status === 'warn' ? `: ${oneLine(evidenceLine(state), shownEvidence)}` : '';
    return [`${mark} `, stepLink(stepWords(state), site, state, links), ` ${word}${was}${why}`];
  });
  const more = changes.length - shown.length;
  return separated([...shown, ...(more > 0 ? [[`and ${count(more)} more`]] : [])], '\n');
}

/** `step 2 (certificates)`. Pure. */
export const stepWords = ({ number, step }: StepState): string => `step ${number} (${step.shortTitle})`;

/** The evidence that made the status, in one line. Pure. */
export function evidenceLine({ finding, status, isOld, failingBefore }: StepState): string {
  const before = failingBefore.length > 0 ? ` (step ${failingBefore.join(', ')} before it fails)` : '';
  if (!finding) return `never verified${before}`;
  const decisive = finding.evidence.filter((each) => each.status === finding.status);
  const [first] = decisive.length > 0 ? decisive : finding.evidence;
  const more = decisive.length > 1 ? ` and ${count(decisive.length - 1)} more` : '';
  const line = first ? `${first.check}: ${first.values[0] ?? statusWords[first.status].word}${more}` : '';
  if (isOld && status === 'unknown') return `too old to count: ${line}`;
  return `${line}${status === 'fail' || status === 'unknown' ? before : ''}`;
}

/** Every piece of evidence of these steps, as a file. Pure. */
export function evidenceCsv({ site, steps }: Pick<SiteChecklist, 'site' | 'steps'>): string {
  const rowOf = ({ number, step, finding }: StepState, each: Evidence) => [
    ...[site, String(number), step.id, finding?.status ?? 'unknown', each.check, each.status, each.values.join('; ')],
    ...[each.where, each.at.toISOString(), each.until.toISOString(), each.mend ?? '', each.command ?? ''],
    ...[each.attested?.by ?? '', each.attested?.reason ?? ''],
  ];
  return csvOf(
    [
      ...[
        'site',
        'number',
        'step',
        'step_status',
        'check',
        'status',
        'measured',
        'where',
        'at',
        'until',
        'mend',
        'command',
      ],
      ...['attested_by', 'attested_reason'],
    ],
    steps.flatMap((state) => (state.finding?.evidence ?? []).map((each) => rowOf(state, each))),
  );
}

/** How the checklists of all sites stand. Pure. */
export function checklistsCard(all: readonly SiteChecklist[], timeZone: string): View {
  const isWhole = all.every(({ counts }) => counts.proved === counts.total);
  return {
    tone: all.some(({ counts }) => counts.failing > 0) ? 'bad' : isWhole ? 'good' : 'warning',
    outcome: 'done',
    title: `Checklists: ${sitesText(all)}`,
    text: ['One of them: ', { code: '/oob checklist SITE' }],
    table: {
      columns: ['Site', 'Steps', 'Verified'],
      rows: all.map(({ site, counts, verifiedAt }) => [
        site,
        countsText(counts),
        verifiedAt ? dateTime(verifiedAt, timeZone) : 'never',
      ]),
    },
  };
}
