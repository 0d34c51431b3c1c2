import type { Refusal } from '../../approvals/wish.ts';
import { nearest } from '../../inventory/resolve-targets.ts';
import { oneLine } from '../../messages/format.ts';
import { agreementOf } from '../../messages/plan/agreement.ts';
import { reasons } from '../../messages/reasons/reasons.ts';
import { addedCard, changedCard, scheduleCard, schedulesCard } from '../../messages/schedules/schedule-cards.ts';
import type { TickOutcome } from '../../messages/schedules/tick-words.ts';
import type { Tick } from '../../ports/store/schedule-store.ts';
import { bounds } from '../../router/parse.ts';
import type { Changed, Shown } from '../../schedule/schedules.ts';
import { type Answer, type AnswerContext, answering, type Command } from '../command-spec.ts';
import { byForm, type Form, ofForms } from '../forms.ts';
import { reasonOption } from '../options.ts';
import { mostLateMinutes, readScheduleWish, usualLateMinutes } from './read-wish.ts';

const factsOf = ({ people }: AnswerContext, { schedule, next, now, leads, alarms }: Shown) => ({
  ...{ schedule, next, now, leads, alarms },
  nameOf: people.nameOf,
});

/** Words after the form that it does not take, among them options of other forms. */
const onlyName =
  (form: string, answer: Answer): Command['read'] =>
  (words) => {
    const [, extra] = words;
    return extra === undefined
      ? { kind: 'answer', answer }
      : { kind: 'mistake', problem: `schedule ${form} takes a name only, not \`${oneLine(extra, 40)}\`.` };
  };

const add: Form = {
  name: 'add',
  summary: 'Have a command run again and again',
  usage: 'NAME "CRON" COMMAND... [--tz ZONE]',
  risk: 'act',
  operations: [],
  read: (words, options, { timeZone }) => {
    const read = readScheduleWish(words, options, timeZone);
    if (!read.ok) return { kind: 'mistake', problem: read.problem };
    return {
      kind: 'answer',
      answer: async (context) => {
        const added = await context.schedules.add(read.wish, context.principal, context.conversation);
        if (!added.ok) return added;
        const { objection, decision } = added;
        const facts = factsOf(context, added);
        if (objection === null)
          return { ok: true, view: addedCard(facts, { agreement: agreementOf(decision, facts.nameOf) }) };
        const why = [reasons[objection.code].what, ...objection.details].join(' ');
        return { ok: true, view: addedCard(facts, { refused: why }) };
      },
    };
  },
};

const named = (context: AnswerContext) => context.words[1] ?? '';

async function answerChange(context: AnswerContext, done: string, change: Promise<Changed>) {
  const changed = await change;
  if (!changed.ok) return meantOr(context, changed, named(context));
  return { ok: true, view: changedCard(done, factsOf(context, changed)) } as const;
}

/** The refusal, with the command that may have been meant when the name is none. */
async function meantOr({ schedules, words, options }: AnswerContext, because: Refusal, id: string): Promise<Refusal> {
  if (because.code !== 'no_such_schedule') return because;
  const all = await schedules.list();
  const meant = nearest(
    id,
    all.map(({ schedule }) => schedule.id),
  );
  if (meant === null) return because;
  const reason = options.get('reason');
  const suggestion = [
    'schedule',
    ...words.map((word, at) => (at > 0 && word === id ? meant : word)),
    ...(reason === undefined ? [] : [`--reason "${oneLine(reason, bounds.reason).replaceAll('"', "'")}"`]),
  ].join(' ');
  return { ...because, details: [`There is no schedule \`${oneLine(id, 40)}\``], suggestion };
}

/** What became of the requests of due times, by the id of the request. */
async function outcomesOf({ store }: AnswerContext, ticks: readonly Tick[]): Promise<ReadonlyMap<string, TickOutcome>> {
  const found = await Promise.all(
    ticks
      .filter(({ state }) => state === 'asked' || state === 'late')
      .map(async ({ requestId }) => {
        const request = await store.requests.get(requestId);
        if (!request) return [];
        const progress = request.runId === null ? null : await store.runs.progress(request.runId);
        return [[requestId, { request, progress }] as const];
      }),
  );
  return new Map(found.flat());
}

const forms: readonly Form[] = [
  add,
  {
    name: 'list',
    summary: 'List all schedules and when they are due next',
    usage: '',
    risk: 'read',
    operations: [],
    read: () => ({ kind: 'mistake', problem: 'schedule list takes nothing after it.' }),
  },
  {
    name: 'show',
    summary: 'Show one with its next five times and how the last ones went',
    usage: 'NAME',
    risk: 'read',
    operations: [],
    read: onlyName('show', async (context) => {
      const shown = await context.schedules.show(named(context));
      if (!shown.ok) return meantOr(context, shown, named(context));
      return {
        ok: true,
        view: scheduleCard(factsOf(context, shown), shown.ticks, await outcomesOf(context, shown.ticks)),
      };
    }),
  },
  {
    name: 'pause',
    summary: 'Have it rest until somebody resumes it',
    usage: 'NAME --reason TEXT',
    risk: 'act',
    operations: [],
    read: (words, options, moment) => {
      const reason = oneLine(options.get('reason') ?? '', bounds.reason);
      if (reason === '') return { kind: 'mistake', problem: 'Say why: --reason "...".' };
      const pause: Answer = (context) =>
        answerChange(context, 'Paused', context.schedules.pause(named(context), context.principal, reason));
      return onlyName('pause', pause)(words, options, moment);
    },
  },
  {
    name: 'resume',
    summary: 'Let a paused one go on',
    usage: 'NAME',
    risk: 'act',
    operations: [],
    read: onlyName('resume', (context) =>
      answerChange(context, 'Resumed', context.schedules.resume(named(context), context.principal)),
    ),
  },
  {
    name: 'remove',
    summary: 'End it; what it did stays on record',
    usage: 'NAME',
    risk: 'act',
    operations: [],
    read: onlyName('remove', async (context) => {
      const removed = await context.schedules.remove(named(context), context.principal);
      if (!removed.ok) return meantOr(context, removed, named(context));
      return { ok: true, view: { tone: 'good', outcome: 'done', title: `Removed: schedule "${named(context)}"` } };
    }),
  },
  {
    name: 'run',
    summary: 'Ask for its command now, in your name',
    usage: 'NAME',
    risk: 'act',
    operations: [],
    read: (words, options, moment) => {
      // `run now NAME` and `run NAME now` are said as well.
      const [name = '', ...rest] = words.filter((word) => word !== 'now');
      const run: Answer = async (context) => {
        const asked = await context.schedules.runNow(name, context.principal, context.conversation);
        return asked.ok ? { ok: true, view: null } : meantOr(context, asked, name);
      };
      return onlyName('run', run)([name, ...rest], options, moment);
    },
  },
];

const list = answering(async (context) => {
  const all = await context.schedules.list();
  return { ok: true, view: schedulesCard(all.map((each) => factsOf(context, each))) };
});

/** `schedule add|list|show|pause|resume|remove|run`. */
export const schedule: Command = {
  ...ofForms(forms),
  name: 'schedule',
  summary: 'Have commands run at set times, and see what became of them',
  usage: forms.map(({ name }) => name).join('|'),
  words: { least: 0, most: 100 },
  keepsOptions: true,
  options: [
    { name: 'tz', value: 'ZONE', summary: 'with add: time zone of the times, such as Europe/Madrid' },
    {
      name: 'missed',
      value: 'run-late|report',
      summary: 'with add: what to do about times that were missed; usually report',
    },
    {
      name: 'late',
      value: 'MINUTES',
      summary: `with add: how late a missed time is still run, 1 to ${mostLateMinutes}; usually ${usualLateMinutes}`,
    },
    { name: 'except', value: 'DATES', summary: 'with add: days of rest, such as 2030-12-24,2030-12-31..2031-01-06' },
    { ...reasonOption, summary: 'with add: reason of each request; with pause: why' },
  ],
  examples: [
    'schedule add patch-tuesday "0 22 * * 2" poweron group:floor3 --tz Europe/Madrid',
    'schedule list',
    'schedule pause patch-tuesday --reason "moving house"',
  ],
  read: (words, options, moment) => {
    const [form = 'list', ...rest] = words;
    if (form.toLowerCase() === 'list' && rest.length === 0) return list(words, options, moment);
    return byForm('schedule', forms)(words, options, moment);
  },
};
