import type { FleetCount } from '../../ports/digests/digest-store.ts';
import { count, plural } from '../format.ts';
import { quietSection, type SectionRow, type SectionView } from './section-view.ts';
import { changeWord, dayTime } from './words.ts';

const statusWords: Readonly<Record<string, string>> = {
  admin: 'in admin control mode',
  client: 'in client control mode',
  provisioned: 'provisioned',
  not_provisioned: 'not provisioned',
  not_asked: 'control mode not read yet',
};
const powerWords = { on: 'on', asleep: 'asleep', off: 'off', unknown: 'power not known' } as const;
/** More different versions than that are a list for the file. */
const shownVersions = 12;

/** How the fleet stands now, and how it stood. */
export interface FleetFacts {
  readonly now: readonly FleetCount[];
  readonly before: { readonly takenAt: Date; readonly counts: readonly FleetCount[] } | null;
  readonly timeZone: string;
}

/** PCs by AMT status, power and version, with what changed. Pure. */
export function fleetSection({ now, before, timeZone }: FleetFacts): SectionView {
  const total = sumOf(now);
  if (total === 0 && sumOf(before?.counts ?? []) === 0) return quietSection('Fleet', 'no PCs');
  const status = compared(now, before?.counts, ({ status }) => statusWords[status] ?? status);
  const power = compared(now, before?.counts, ({ power }) => powerWords[power]);
  const versions = compared(now, before?.counts, ({ version }) =>
    version === '' ? 'AMT not known' : `AMT ${version}`,
  );
  const sites = compared(now, before?.counts, ({ site }) => site);
  const all = { label: 'PCs', now: total, before: before ? sumOf(before.counts) : null };
  // What PCs were last seen as changes all day long; it is told, but is no news by itself.
  const isNews = [all, ...status, ...versions].some((row) => row.before !== null && row.before !== row.now);
  const said = [...status, ...power.filter(({ label }) => label === 'on')];
  return {
    heading: 'Fleet',
    headline: `${plural(total, 'PC')}${changeWord(total, all.before)}: ${said.map(wordOf).join(', ')}`,
    isNews,
    isAlarm: false,
    details: {
      tone: 'neutral',
      title: `Fleet: ${plural(total, 'PC')}`,
      table: {
        columns: ['PCs', 'Now', 'Change'],
        rows: [...status, ...power, ...versions.slice(0, shownVersions)].map((row) => [
          row.label,
          count(row.now),
          changeWord(row.now, row.before).trim().replace(/[()]/g, '') || (row.before === null ? '' : '–'),
        ]),
      },
      context: before
        ? `change since ${dayTime(before.takenAt, timeZone)}`
        : 'nothing to compare with yet; power is as last seen',
    },
    rows: [
      ...rowsOf('status', status),
      ...rowsOf('power', power),
      ...rowsOf('version', versions),
      ...rowsOf('site', sites),
    ],
  };
}

interface Compared {
  readonly label: string;
  readonly now: number;
  /** Null when nothing is known of before. */
  readonly before: number | null;
}

const wordOf = ({ label, now, before }: Compared) => `${count(now)} ${label}${changeWord(now, before)}`;

function rowsOf(what: string, all: readonly Compared[]): SectionRow[] {
  return all.map(({ label, now, before }) => [
    `PCs by ${what}`,
    label,
    String(now),
    before === null ? '' : `was ${before}`,
  ]);
}

/** Sums by label, the largest now first. */
function compared(
  now: readonly FleetCount[],
  before: readonly FleetCount[] | undefined,
  labelOf: (row: FleetCount) => string,
): readonly Compared[] {
  const sums = new Map<string, { now: number; before: number }>();
  const add = (rows: readonly FleetCount[], when: 'now' | 'before') => {
    for (const row of rows) {
      const sum = sums.get(labelOf(row)) ?? { now: 0, before: 0 };
      sum[when] += row.devices;
      sums.set(labelOf(row), sum);
    }
  };
  add(now, 'now');
  add(before ?? [], 'before');
  return [...sums]
    .map(([label, sum]) => ({ label, now: sum.now, before: before === undefined ? null : sum.before }))
    .sort((a, b) => b.now - a.now || (a.label < b.label ? -1 : 1));
}

const sumOf = (rows: readonly FleetCount[]): number => rows.reduce((total, { devices }) => total + devices, 0);
