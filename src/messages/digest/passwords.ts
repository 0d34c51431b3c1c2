import type { PasswordAges } from '../../ports/passwords.ts';
import { count, plural } from '../format.ts';
import { quietSection, type SectionView } from './section-view.ts';

const dayMs = 24 * 60 * 60_000;
const shownRows = 20;
const shownUnknown = 5;

/** Passwords that are due to be changed, and those of which nobody knows. Pure. */
export function passwordsSection(facts: {
  /** By place where they are kept. */
  readonly ages: readonly PasswordAges[];
  readonly afterDays: number;
  readonly now: Date;
}): SectionView {
  const { ages, afterDays, now } = facts;
  const total = sum(ages.map((each) => each.total));
  if (total === 0) return quietSection('Passwords');
  const due = ages.flatMap((each) => each.due.items).sort((a, b) => a.setAt.getTime() - b.setAt.getTime());
  const dueTotal = sum(ages.map((each) => each.due.total));
  const unknown = ages.flatMap((each) => each.unknown);
  const notKnown = unknownWords(unknown);
  const daysSince = (at: Date) => plural(Math.floor((now.getTime() - at.getTime()) / dayMs), 'day');
  const unknownRows = unknown.map(({ of, why }) => ['password of unknown age', of, '', why] as const);
  const [first] = due;
  if (!first) {
    const none = unknown.length < total ? [`none older than ${plural(afterDays, 'day')}`] : [];
    const quiet = { ...quietSection('Passwords', [...none, ...notKnown].join('; ')), rows: unknownRows };
    if (unknown.length === 0) return quiet;
    return {
      ...quiet,
      details: {
        tone: 'neutral',
        title: `Passwords: age of ${count(unknown.length)} of ${count(total)} not known`,
        text: [
          `${notKnown.join('; ')}. `,
          { code: 'oob secret set NAME' },
          ' keeps a password with the day on which it was set.',
        ],
      },
    };
  }
  const outcome = `${count(dueTotal)} of ${count(total)} older than ${plural(afterDays, 'day')}`;
  return {
    heading: 'Passwords',
    headline: [`${outcome}, the oldest set ${daysSince(first.setAt)} ago (${first.of})`, ...notKnown].join('; '),
    isNews: true,
    isAlarm: true,
    details: {
      tone: 'warning',
      title: `Passwords: ${outcome}`,
      table: {
        columns: ['Of', 'Kept in', 'Set', ''],
        rows: due.slice(0, shownRows).map(({ of, where, setAt }) => [of, where, day(setAt), `${daysSince(setAt)} ago`]),
      },
      ...(notKnown.length > 0 ? { context: notKnown.join('; ') } : {}),
    },
    rows: [...due.map(({ of, where, setAt }) => ['password due', of, day(setAt), where] as const), ...unknownRows],
  };
}

/** Why is said once for all of which it is so. */
function unknownWords(unknown: PasswordAges['unknown']): readonly string[] {
  const byWhy = Map.groupBy(unknown, ({ why }) => why);
  return [...byWhy].map(([why, all]) => {
    const names = all.slice(0, shownUnknown).map(({ of }) => of);
    const more = all.length > names.length ? ` and ${count(all.length - names.length)} more` : '';
    return `age of ${names.join(', ')}${more} not known (${why})`;
  });
}

const day = (at: Date) => at.toISOString().slice(0, 10);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
