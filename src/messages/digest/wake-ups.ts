import type { Cut, NotWoken, WakeUpCount, WakeUpRun } from '../../ports/digests/digest-store.ts';
import type { WakeUpChart } from '../../ports/picture.ts';
import { count, oneLine, plural } from '../format.ts';
import { codeWords, shortCauses } from '../runs/causes.ts';
import type { View } from '../view.ts';
import { quietSection, type SectionRow, type SectionView } from './section-view.ts';
import { dayTime, dayWord, shareWord } from './words.ts';

/** Rows of the table; the file has all. */
const shownRuns = 20;
const shownNames = 30;

/** What is known of wake-ups since the last digest, and of the days before it. */
export interface WakeUpFacts {
  readonly runs: Cut<WakeUpRun>;
  readonly notWoken: Cut<NotWoken>;
  readonly bySite: readonly WakeUpCount[];
  /** Longer than the window, for the picture. */
  readonly byDay: readonly WakeUpCount[];
  /** Days of the picture, `2026-11-23`, oldest first. */
  readonly days: readonly string[];
  /** When a schedule had planned it, by request id. */
  readonly planned: ReadonlyMap<string, { readonly scheduleId: string; readonly dueAt: Date }>;
  readonly nameOf: (principal: string) => string;
  readonly timeZone: string;
}

/** Planned when, ran when, covered what, could not reach what. Pure. */
export function wakeUpsSection(facts: WakeUpFacts): SectionView {
  const { runs, bySite } = facts;
  const chart = chartOf(facts);
  if (runs.total === 0) return { ...quietSection('Wake-ups', 'none'), ...chart };
  const on = sum(bySite.map((site) => site.on));
  const notOn = sum(bySite.map((site) => site.notOn));
  const pending = sum(runs.items.map((run) => run.pending));
  const causes = shortCauses(together(runs.items));
  const [worst] = bySite;
  const parts = [
    `${count(on)} of ${count(on + notOn)} came on (${shareWord(on, on + notOn)}) in ${plural(runs.total, 'run')}`,
    ...(notOn > 0 ? [`${count(notOn)} did not come on${causes ? `: ${causes}` : ''}`] : []),
    ...(worst && worst.notOn > 0 && bySite.length > 1
      ? [`Worst site: ${worst.of} (${shareWord(worst.on, worst.on + worst.notOn)})`]
      : []),
    ...(pending > 0 ? [`${count(pending)} still under way`] : []),
  ];
  return {
    heading: 'Wake-ups',
    headline: parts.join('. '),
    isNews: true,
    isAlarm: notOn > 0,
    details: detailsOf(facts, on, notOn),
    rows: [
      ...runs.items.map((run): SectionRow => {
        const plan = facts.planned.get(run.requestId);
        const due = plan ? `planned ${plan.dueAt.toISOString()} by schedule ${plan.scheduleId}; ` : '';
        const remark = `${due}ran ${run.startedAt.toISOString()}; ${run.commandText}`;
        return ['wake-up', run.requestId, ofWords(run.on, run.total), remark];
      }),
      ...bySite.map((site): SectionRow => ['wake-ups at site', site.of, ofWords(site.on, site.on + site.notOn), '']),
      ...facts.notWoken.items.map(
        (pc): SectionRow => ['did not come on', pc.name, pc.code, `${pc.site}; ${pc.requestId}`],
      ),
    ],
    ...chart,
  };
}

/** Not `9/10`, which a spreadsheet takes for a date. */
const ofWords = (part: number, of: number) => `${part} of ${of}`;

function detailsOf({ runs, notWoken, planned, nameOf, timeZone }: WakeUpFacts, on: number, notOn: number): View {
  const shown = runs.items.slice(0, shownRuns);
  // The newest first: of a PC that was asked again and again what it did last.
  const last = new Map<string, string>();
  for (const { name, code } of notWoken.items) if (!last.has(name)) last.set(name, code);
  const names = [...last].slice(0, shownNames);
  // Those that the list leaves out are not told apart.
  const more = last.size - names.length + notWoken.total - notWoken.items.length;
  return {
    tone: notOn > 0 ? 'warning' : 'good',
    title: `Wake-ups: ${count(on)} of ${count(on + notOn)} came on`,
    ...(names.length > 0
      ? {
          text: [
            { strong: 'Could not be reached or did not come on: ' },
            `${names.map(([name, code]) => `${name} (${codeWords(code)})`).join(', ')}${more > 0 ? ` and ${count(more)} more, in the file` : ''}`,
          ],
        }
      : {}),
    table: {
      columns: ['Planned', 'Ran', 'Covered', 'On', 'Not on', 'Why'],
      rows: shown.map((run) => {
        const plan = planned.get(run.requestId);
        const bad = run.total - run.on - run.pending;
        return [
          plan ? `${dayTime(plan.dueAt, timeZone)} (${plan.scheduleId})` : `by ${nameOf(run.requester)}`,
          dayTime(run.startedAt, timeZone),
          oneLine(run.commandText, 60),
          `${count(run.on)} of ${count(run.total)}`,
          `${count(bad)}${run.pending > 0 ? `, ${count(run.pending)} under way` : ''}`,
          shortCauses(run.byCode, '', 2),
        ];
      }),
    },
    ...(runs.total > shown.length
      ? { context: `${count(runs.total - shown.length)} earlier runs are in the file` }
      : {}),
  };
}

/** The picture, and the same in words; nothing when no PC was woken in all its days. */
function chartOf({ byDay, days, bySite, timeZone }: WakeUpFacts): { readonly chart?: WakeUpChart } {
  const found = new Map(byDay.map((day) => [day.of, day]));
  const drawn = days.map((day) => ({
    label: dayWord(new Date(`${day}T12:00:00Z`), 'UTC').replace(/^\w+ /, ''),
    on: found.get(day)?.on ?? 0,
    notOn: found.get(day)?.notOn ?? 0,
  }));
  const on = sum(drawn.map((day) => day.on));
  const all = on + sum(drawn.map((day) => day.notOn));
  if (all === 0) return {};
  const sites = bySite.map((site) => `${site.of} ${shareWord(site.on, site.on + site.notOn)}`);
  return {
    chart: {
      overTime: 'Wake-ups by day',
      bySite: 'Came on, by site',
      words: { on: 'came on', notOn: 'did not' },
      days: drawn,
      sites: bySite.map((site) => ({ site: site.of, on: site.on, asked: site.on + site.notOn })),
      alt: `Wake-ups of ${plural(days.length, 'day')} (${timeZone}): ${count(on)} of ${count(all)} came on (${shareWord(on, all)}).${
        sites.length > 0 ? ` Since the last digest, by site: ${sites.slice(0, 8).join(', ')}.` : ''
      }`,
    },
  };
}

function together(runs: readonly WakeUpRun[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const { byCode } of runs)
    for (const [code, times] of Object.entries(byCode)) all[code] = (all[code] ?? 0) + times;
  return all;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
