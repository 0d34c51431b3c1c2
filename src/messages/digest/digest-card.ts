import { count, plural } from '../format.ts';
import { csvOf } from '../reports/csv.ts';
import type { Picture, View } from '../view.ts';
import { separated } from '../words-of.ts';
import type { SectionView } from './section-view.ts';
import { dayTime } from './words.ts';

/** Lines on top; the rest is said by name. What is quiet has a line only while there are fewer than three. */
export const topLines = 6;
const leastLines = 3;
/** Rows of the file. */
const mostRows = 20_000;

/** What a digest's first message is made of. */
export interface DigestFacts {
  readonly id: string;
  readonly since: Date;
  readonly until: Date;
  readonly timeZone: string;
  readonly sections: readonly SectionView[];
  readonly picture: Picture | null;
  /** Due times that this digest stands for; more than one when the service was not there. */
  readonly dueTimes: number;
}

/** Alarms first, then what changed, then the rest, then what is quiet; each in the given order. */
function byWeight(sections: readonly SectionView[]): readonly SectionView[] {
  const weight = (section: SectionView) => (section.isAlarm ? 0 : section.isNews ? 1 : isQuiet(section) ? 3 : 2);
  return [...sections].sort((a, b) => weight(a) - weight(b));
}

const isQuiet = ({ details, isNews }: SectionView) => details === null && !isNews;

/** The short message on top: outcome, up to six lines, the picture, the file. Pure. */
export function digestCard(facts: DigestFacts): View {
  const { id, since, until, timeZone, sections, picture } = facts;
  const told = byWeight(sections).filter(({ headline }) => headline !== null);
  const shown = told.filter((section, at) => at < (isQuiet(section) ? leastLines : topLines));
  const rest = told.filter((section) => !shown.includes(section));
  const alarms = told.filter(({ isAlarm }) => isAlarm).length;
  const news = told.filter(({ isNews, isAlarm }) => isNews && !isAlarm).length;
  const outcome = [
    ...(alarms > 0 ? [`${count(alarms)} to look after`] : []),
    ...(news > 0 ? [`${plural(news, 'change')}`] : []),
  ];
  const rows = sections.flatMap((section) => section.rows.map((row) => [section.heading, ...row]));
  const namesOf = (sections: readonly SectionView[]) => sections.map(({ heading }) => heading.toLowerCase()).join(', ');
  const [below, quiet] = [rest.filter((section) => !isQuiet(section)), rest.filter(isQuiet)];
  const context = [
    `${dayTime(since, timeZone)} to ${dayTime(until, timeZone)} (${timeZone})`,
    ...(facts.dueTimes > 1 ? [`stands for ${count(facts.dueTimes)} due times: the service was not there`] : []),
    ...(below.length > 0 ? [`in the thread too: ${namesOf(below)}`] : []),
    ...(quiet.length > 0 ? [`nothing to tell: ${namesOf(quiet)}`] : []),
  ];
  return {
    tone: alarms > 0 ? 'warning' : 'good',
    title: `Digest ${id}: ${outcome.length > 0 ? outcome.join(', ') : 'nothing new'}`,
    text: separated(
      shown.map(({ heading, headline }) => [
        { strong: `${heading}: ` },
        ...(typeof headline === 'string' ? [headline] : (headline ?? [])),
      ]),
      '\n',
    ),
    ...(picture ? { picture } : {}),
    context: context.join(' · '),
    ...(rows.length > 0
      ? {
          attachment: {
            name: `digest-${id}-${until.toISOString().slice(0, 10)}.csv`,
            mediaType: 'text/csv',
            content: csvOf(['section', 'what', 'of', 'value', 'remark'], rows.slice(0, mostRows)),
          },
        }
      : {}),
  };
}

/** What goes into the thread, in the order of the lines on top. Pure. */
export function digestDetails(sections: readonly SectionView[]): readonly View[] {
  return byWeight(sections).flatMap(({ details }) => (details ? [details] : []));
}
