import type { Schedule, Tick } from '../../ports/store/schedule-store.ts';
import { dayWord } from '../digest/words.ts';
import { clockTime, dateTime, duration, listed, oneLine, plural } from '../format.ts';
import { type Agreement, someOf } from '../plan/agreement.ts';
import type { Fact, View } from '../view.ts';
import { type TickOutcome, tickWords } from './tick-words.ts';

/** What the cards of a schedule are made from. */
export interface ScheduleFacts {
  readonly schedule: Schedule;
  /** Next due times; none while it is paused. */
  readonly next: readonly Date[];
  readonly now: Date;
  /** How long before a due time commands begin, by site; none when they begin then. */
  readonly leads: readonly { readonly site: string; readonly leadMs: number }[];
  /** Alarm clocks of PCs for the next due time: when they ring, when they are set, and the request that did it. */
  readonly alarms: readonly {
    readonly sites: readonly string[];
    readonly at: Date;
    readonly setFrom: Date;
    readonly requestId: string | null;
  }[];
  readonly nameOf: (principal: string) => string;
}

const shownSchedules = 50;
/** Times that lie further apart are said with their years. */
const longMs = 300 * 24 * 60 * 60_000;

/** The days of `2026-12-24, 2026-12-31..2027-01-06`. */
const daysOf = ({ blackouts }: Schedule) =>
  blackouts.map(({ from, to }) => (from === to ? from : `${from}..${to}`)).join(', ');

function missedWords({ missed, lateMinutes }: Schedule): string {
  return missed === 'report' ? 'reported' : `run up to ${duration(lateMinutes * 60_000)} late, else reported`;
}

/** `Tue 24 Nov 22:00 CET, Tue 1 Dec 22:00 CET`; with the years of what is due once a year or less. */
function nextWords(next: readonly Date[], timeZone: string): string {
  const [first, last] = [next[0], next.at(-1)];
  if (!first || !last) return 'never';
  const withYear = last.getTime() - first.getTime() > longMs || next.length === 1;
  return next
    .map((due) => {
      const year = new Intl.DateTimeFormat('en-GB', { year: 'numeric', timeZone }).format(due);
      return `${dayWord(due, timeZone)}${withYear ? ` ${year}` : ''} ${clockTime(due, timeZone)}`;
    })
    .join(', ');
}

/** `due 22:00, commands begin 21:45`; where sites differ, at which; null when they begin when they are due. */
function beginWords({ schedule, next, now, leads }: ScheduleFacts): string | null {
  const [due] = next;
  if (!due || !leads.some(({ leadMs }) => leadMs > 0)) return null;
  // Once it has been found it is under way, also where the time to begin was over already.
  const isFound = schedule.sweptUntil >= due;
  const whenOf = (begin: Date) =>
    begin > now ? `begin ${clockTime(begin, schedule.timeZone)}` : isFound ? 'have begun' : 'begin at once';
  const byLead = [...Map.groupBy(leads, ({ leadMs }) => leadMs)].sort(([a], [b]) => b - a);
  const byWhen = Map.groupBy(byLead, ([leadMs]) => whenOf(new Date(due.getTime() - leadMs)));
  const begins = [...byWhen].map(([when, groups], at) => {
    // `commands begin 22:15 at lyon, 22:45 at madrid`: the verb once.
    const words = at > 0 && !isFound ? when.replace(/^begin /, '') : when;
    return byWhen.size === 1
      ? words
      : `${words} at ${listed(groups.flatMap(([, sites]) => sites.map(({ site }) => site)))}`;
  });
  return `due ${clockTime(due, schedule.timeZone)}, commands ${begins.join(', ')}`;
}

/** `21:45 CET at lyon, set (req_...)`, `21:45 CET at lyon, set from 2026-11-24 10:00 CET on`. */
function alarmWords({ schedule: { timeZone }, alarms }: ScheduleFacts): string {
  const words = alarms.map(({ sites, at, setFrom, requestId }) => {
    const stand = requestId === null ? `set from ${dateTime(setFrom, timeZone)} on` : `asked for (${requestId})`;
    return `${clockTime(at, timeZone)} at ${listed(sites)}, ${stand}`;
  });
  return words.join('; ');
}

function standFacts(facts: ScheduleFacts): readonly Fact[] {
  const { schedule, next, nameOf } = facts;
  const begins = beginWords(facts);
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
      : [{ label: 'Next', value: nextWords(next, schedule.timeZone) }]),
    ...(begins === null ? [] : [{ label: 'Begins', value: begins }]),
    ...(facts.alarms.length > 0 ? [{ label: 'Alarm clocks', value: alarmWords(facts) }] : []),
    { label: 'Owner', value: nameOf(schedule.owner) },
    { label: 'Posts to', value: schedule.conversation.name ?? schedule.conversation.channel },
    { label: 'Missed times', value: missedWords(schedule) },
    ...(schedule.blackouts.length > 0 ? [{ label: 'Rests on', value: daysOf(schedule) }] : []),
    ...(schedule.reason ? [{ label: 'Reason', value: schedule.reason }] : []),
  ];
}

/** What was added, with its next times, and what the policy says of the next one: why it would be refused, or who is asked. */
export function addedCard(
  facts: ScheduleFacts,
  next: { readonly refused: string } | { readonly agreement: Agreement },
): View {
  const text =
    'refused' in next
      ? `As things stand it would be refused when it is next due: ${next.refused}`
      : asksFirst(next.agreement);
  return {
    tone: text === null ? 'good' : 'warning',
    outcome: 'done',
    title: `Schedule "${facts.schedule.id}" is set`,
    ...(text === null ? {} : { text }),
    facts: standFacts(facts),
  };
}

/** Whom each due time waits for; null: nobody. */
function asksFirst(agreement: Agreement): string | null {
  switch (agreement.by) {
    case 'nobody':
      return null;
    case 'requester':
      return 'As things stand it asks each time it is due: nothing begins before its owner confirms it.';
    case 'others':
      return `As things stand it asks each time it is due: nothing begins before ${someOf(agreement)} ${agreement.needed === 1 ? 'approves' : 'approve'} it.`;
  }
}

/** What a change came to: `Paused`, `Resumed`. */
export function changedCard(done: string, facts: ScheduleFacts): View {
  return { tone: 'good', outcome: 'done', title: `${done}: schedule "${facts.schedule.id}"`, facts: standFacts(facts) };
}

/** One schedule in full, with its last due times; `outcomes` by the id of the request. */
export function scheduleCard(
  facts: ScheduleFacts,
  ticks: readonly Tick[],
  outcomes: ReadonlyMap<string, TickOutcome>,
): View {
  const { schedule } = facts;
  return {
    tone: schedule.pause ? 'warning' : 'neutral',
    title: `Schedule "${schedule.id}"${schedule.pause ? ' is paused' : ''}`,
    facts: standFacts(facts),
    ...(ticks.length > 0
      ? {
          table: {
            columns: ['Due', 'Outcome', 'Request'],
            rows: ticks.map((tick) => [
              dateTime(tick.dueAt, schedule.timeZone),
              tickWords(tick, outcomes.get(tick.requestId)),
              requestOf(tick),
            ]),
          },
        }
      : {}),
    context: schedule.source === 'config' ? 'stands in the configuration' : 'set from chat',
  };
}

const requestOf = ({ state, requestId }: Tick) => (state === 'asked' || state === 'late' ? requestId : '');

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
