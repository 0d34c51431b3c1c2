import type { Schedule, Tick } from '../../ports/schedule-store.ts';
import { dateTime, duration, oneLine, plural } from '../format.ts';
import { reasonFor } from '../reasons.ts';
import type { Fact, View } from '../view.ts';

/** What the cards of a schedule are made from. */
export interface ScheduleFacts {
  readonly schedule: Schedule;
  /** Next due times; none while it is paused. */
  readonly next: readonly Date[];
  readonly nameOf: (principal: string) => string;
}

const shownSchedules = 50;

/** The days of `2026-12-24, 2026-12-31..2027-01-06`. */
const daysOf = ({ blackouts }: Schedule) =>
  blackouts.map(({ from, to }) => (from === to ? from : `${from}..${to}`)).join(', ');

function missedWords({ missed, lateMinutes }: Schedule): string {
  return missed === 'report' ? 'reported' : `run up to ${duration(lateMinutes * 60_000)} late, else reported`;
}

function standFacts({ schedule, next, nameOf }: ScheduleFacts): readonly Fact[] {
  const times = next.map((due) => dateTime(due, schedule.timeZone));
  const { pause } = schedule;
  return [
    { label: 'Command', value: schedule.commandText },
    { label: 'Times', value: `${schedule.cron} in ${schedule.timeZone}` },
    ...(pause
      ? [
          {
            label: 'Paused',
            value: `by ${nameOf(pause.by)}, ${dateTime(pause.at, schedule.timeZone)}: ${oneLine(pause.reason, 200)}`,
          },
        ]
      : [{ label: 'Next', value: times.length > 0 ? times.join(', ') : 'never' }]),
    { label: 'Owner', value: nameOf(schedule.owner) },
    { label: 'Posts to', value: schedule.conversation.name ?? schedule.conversation.channel },
    { label: 'Missed times', value: missedWords(schedule) },
    ...(schedule.blackouts.length > 0 ? [{ label: 'Rests on', value: daysOf(schedule) }] : []),
    ...(schedule.reason ? [{ label: 'Reason', value: schedule.reason }] : []),
  ];
}

/** What was added, with its next times. `objection`: why it would be refused at this moment. */
export function addedCard(facts: ScheduleFacts, objection: string | null): View {
  return {
    tone: objection === null ? 'good' : 'warning',
    outcome: 'done',
    title: `Schedule "${facts.schedule.id}" is set`,
    ...(objection === null ? {} : { text: `At this moment it would be refused: ${objection}` }),
    facts: standFacts(facts),
  };
}

/** What a change came to: `Paused`, `Resumed`. */
export function changedCard(done: string, facts: ScheduleFacts): View {
  return { tone: 'good', outcome: 'done', title: `${done}: schedule "${facts.schedule.id}"`, facts: standFacts(facts) };
}

/** One schedule in full, with its last due times. */
export function scheduleCard(facts: ScheduleFacts, ticks: readonly Tick[]): View {
  const { schedule } = facts;
  return {
    tone: schedule.pause ? 'warning' : 'neutral',
    title: `Schedule "${schedule.id}"${schedule.pause ? ' is paused' : ''}`,
    facts: standFacts(facts),
    ...(ticks.length > 0
      ? {
          table: {
            columns: ['Due', 'Outcome', 'Request'],
            rows: ticks.map((tick) => [dateTime(tick.dueAt, schedule.timeZone), tickWords(tick), requestOf(tick)]),
          },
        }
      : {}),
    context: schedule.source === 'config' ? 'stands in the configuration' : 'set from chat',
  };
}

const requestOf = ({ state, requestId }: Tick) => (state === 'asked' || state === 'late' ? requestId : '');

/** `asked`, `asked late`, `missed: The service was not there ...`. */
function tickWords({ state, code }: Tick): string {
  const words = { due: 'being asked for', asked: 'asked', late: 'asked late' };
  if (state === 'due' || state === 'asked' || state === 'late') return words[state];
  return code === null ? state : `${state}: ${reasonFor(code).what.replace(/\.$/, '')}`;
}

/** All schedules, one row each. */
export function schedulesCard(all: readonly ScheduleFacts[]): View {
  if (all.length === 0)
    return {
      tone: 'neutral',
      title: 'There is no schedule',
      text: [{ code: '/oob schedule add NAME "0 22 * * 2" poweron site:madrid --tz Europe/Madrid' }, ' sets one.'],
    };
  const rows = all
    .slice(0, shownSchedules)
    .map(({ schedule, next, nameOf }) => [
      schedule.id,
      oneLine(schedule.commandText, 60),
      `${schedule.cron} ${schedule.timeZone}`,
      schedule.pause ? 'paused' : next[0] ? dateTime(next[0], schedule.timeZone) : 'never',
      nameOf(schedule.owner),
    ]);
  const more = all.length - rows.length;
  if (more > 0) rows.push([`and ${more} more`, '', '', '', '']);
  return {
    tone: 'neutral',
    title: plural(all.length, 'schedule'),
    table: { columns: ['Schedule', 'Command', 'Times', 'Next', 'Owner'], rows },
  };
}
