import type { Requests } from '../approvals/requests.ts';
import type { Considered, Refusal } from '../approvals/wish.ts';
import type { Command } from '../commands/command-spec.ts';
import type { People, Principal } from '../identity/people.ts';
import { plural } from '../messages/format.ts';
import type { RefusalCode } from '../messages/reasons/reasons.ts';
import { changedNotice } from '../messages/schedules/notices.ts';
import { isAdministrator } from '../policy/grants.ts';
import type { Policy } from '../policy/policy.ts';
import type { Conversation } from '../ports/chat.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Schedule, ScheduleChange, ScheduleTerms, Tick, Told } from '../ports/store/schedule-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { TrailKind } from '../ports/trail/trail-store.ts';
import type { AlarmBackups, PlannedAlarm } from './alarm-backups.ts';
import { isBlackedOut } from './calendar/blackouts.ts';
import { parseCron } from './calendar/cron.ts';
import { dueTimes, shortestPauseMinutes } from './calendar/due-times.ts';
import { isTimeZone, nearestTimeZone } from './calendar/time-zones.ts';
import { readScheduled } from './scheduled-command.ts';
import type { Ticker } from './ticker.ts';
import { longestLeadMs, type SiteLead, type WakeLeads } from './wake-leads.ts';

/** What somebody wants to be done again and again. */
export type ScheduleWish = Omit<ScheduleTerms, 'owner' | 'conversation'> & { readonly id: string };

/** A schedule with its next due times, none while it is paused. */
export interface Shown {
  readonly schedule: Schedule;
  readonly next: readonly Date[];
  /** The moment at which it stands so. */
  readonly now: Date;
  /** When commands begin before a due time, by site; none when they begin then. */
  readonly leads: readonly SiteLead[];
  /** Alarm clocks for the next due time. */
  readonly alarms: readonly PlannedAlarm[];
}

/** What the policy says of the next due time: a decision, or a refusal that may be over by then. */
export type Judged =
  | { readonly decision: Considered['decision']; readonly objection: null }
  | { readonly decision: null; readonly objection: Refusal };

/** What a change came to. */
export type Changed = ({ readonly ok: true } & Shown) | Refusal;

/** Schedules as people see and change them. Each change is in the trail. */
export interface Schedules {
  /**
   * The person becomes the owner. As the policy judges it for when it is next due: `decision`, or `objection`, why it would be refused then,
   * though not for want of rights.
   */
  add(
    wish: ScheduleWish,
    principal: Principal,
    conversation: Conversation,
  ): Promise<({ readonly ok: true } & Judged & Shown) | Refusal>;
  list(): Promise<readonly Shown[]>;
  show(id: string): Promise<({ readonly ok: true; readonly ticks: readonly Tick[] } & Shown) | Refusal>;
  pause(id: string, principal: Principal, reason: string): Promise<Changed>;
  /** An administrator who resumes one whose owner left becomes its owner. */
  resume(id: string, principal: Principal): Promise<Changed>;
  remove(id: string, principal: Principal): Promise<{ readonly ok: true } | Refusal>;
  /** Asks for its command at once, in the name of the person, where they say it. */
  runNow(
    id: string,
    principal: Principal,
    conversation: Conversation,
  ): Promise<{ readonly ok: true; readonly requestId: string } | Refusal>;
}

/** What the room's service is made from. */
export interface ScheduleDeps {
  readonly store: Store;
  readonly requests: Pick<Requests, 'ask' | 'consider'>;
  readonly ticker: Pick<Ticker, 'find'>;
  /** When commands begin before their due time. */
  readonly leads: WakeLeads;
  readonly alarms: Pick<AlarmBackups, 'set' | 'clear' | 'planned'>;
  readonly commands: readonly Command[];
  readonly people: () => People;
  readonly policy: () => Policy;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Zone of times in commands. */
  readonly timeZone: string;
  /** Schedules may be due no more often than this. */
  readonly leastMinutes: number;
  /** Where results go to, made from where the command was typed: the place without the thread or the answer. */
  readonly placeOf: (conversation: Conversation) => Conversation;
}

const shownTimes = 5;
const shownTicks = 5;
/** Due times that are looked at for those that are not on days of rest. */
const mostLooked = 2_000;
const mostTurns = 20;

/** Refusals that may be over when the time comes. */
const passing: readonly RefusalCode[] = [
  'outside_window',
  'frozen',
  'held_by_policy',
  'too_many_requests',
  'nothing_due',
];

const refusal = (code: RefusalCode, ...details: string[]): Refusal => ({ ok: false, code, details });

/** Due times after `now` at which it will be asked for: none while it is paused, none on days of rest. Pure. */
export function nextOf(schedule: Schedule, now: Date, count = shownTimes): readonly Date[] {
  const parsed = parseCron(schedule.cron);
  if (!parsed.ok || schedule.pause) return [];
  const { timeZone, blackouts } = schedule;
  const found: Date[] = [];
  let looked = 0;
  for (const due of dueTimes(parsed.cron, timeZone, now)) {
    if (!isBlackedOut(due, timeZone, blackouts)) found.push(due);
    looked += 1;
    if (found.length >= count || looked >= mostLooked) break;
  }
  return found;
}

/** What is wrong with times and zone; null: nothing. Pure. */
export function timesRefusal(
  { cron, timeZone }: Pick<ScheduleTerms, 'cron' | 'timeZone'>,
  leastMinutes: number,
): Refusal | null {
  const parsed = parseCron(cron);
  if (!parsed.ok) return refusal('bad_cron', parsed.problem);
  if (!isTimeZone(timeZone)) {
    const meant = nearestTimeZone(timeZone);
    return refusal('unknown_time_zone', `\`${timeZone}\` is none${meant ? `; did you mean ${meant}?` : ''}`);
  }
  const pause = shortestPauseMinutes(parsed.cron);
  if (pause >= leastMinutes) return null;
  return refusal('too_often', `${plural(pause, 'minute')} between two times, at least ${leastMinutes} wanted`);
}

/** Makes the room's service. */
export function createSchedules(deps: ScheduleDeps): Schedules {
  const { store, requests, ticker, clock } = deps;
  const entry = (kind: TrailKind, actor: string, data: Record<string, unknown>) => ({
    at: clock.now(),
    kind,
    actor,
    requestId: null,
    data,
  });
  const shown = async (schedule: Schedule): Promise<Shown> => {
    const now = clock.now();
    const next = nextOf(schedule, now);
    return { schedule, next, now, leads: await deps.leads(schedule), alarms: await deps.alarms.planned(schedule) };
  };
  const mayManage = ({ owner }: Schedule, principal: Principal) =>
    owner === principal.id || isAdministrator(principal, deps.policy());

  const notYours = ({ owner }: Schedule) => refusal('not_your_schedule', `Its owner is ${deps.people().nameOf(owner)}`);

  function wishOf(
    { commandText, reason }: Pick<Schedule, 'commandText' | 'reason'>,
    principal: Principal,
    conversation: Conversation,
  ) {
    const read = readScheduled(commandText, deps.commands, clock.now(), deps.timeZone);
    if (!read.ok) return refusal(read.code, read.problem);
    const wish = { principal, conversation, commandText, ...read.command, reason: reason ?? read.command.reason };
    return { ok: true, wish } as const;
  }

  /** Whether the person may have it done there, judged as when it is next due; a passing reason is told apart. */
  async function judge(
    terms: Schedule,
    who: Principal,
    where: Conversation,
  ): Promise<({ readonly ok: true } & Judged) | Refusal> {
    const made = wishOf(terms, who, where);
    if (!made.ok) return made;
    const now = clock.now();
    const [dueAt = now] = nextOf({ ...terms, pause: null }, now, 1);
    const begins = new Date(Math.max(now.getTime(), dueAt.getTime() - longestLeadMs(await deps.leads(terms))));
    const considered = await requests.consider({ ...made.wish, dueAt }, begins);
    if (considered.ok) return { ok: true, decision: considered.decision, objection: null };
    return passing.includes(considered.code) ? { ok: true, decision: null, objection: considered } : considered;
  }

  /** What the owner did not do themself, the channel hears of. */
  function noticesOf(
    schedule: Schedule,
    by: Principal,
    done: 'paused' | 'resumed' | 'removed',
    reason: string | null,
  ): Told['notices'] {
    if (schedule.owner === by.id) return [];
    const view = changedNotice(schedule, done, by.name, reason);
    return [{ id: deps.newId('card'), requestId: null, conversation: schedule.conversation, kind: 'notice', view }];
  }

  /** Compare-and-set by somebody who may; `plan` says what to change, or why not. */
  async function change(
    id: string,
    principal: Principal,
    kind: 'schedule_paused' | 'schedule_resumed',
    plan: (schedule: Schedule, now: Date) => Promise<ScheduleChange | Refusal>,
  ): Promise<Changed> {
    for (let turn = 0; turn < mostTurns; turn += 1) {
      const found = await store.schedules.get(id);
      if (!found) return refusal('no_such_schedule', `\`${id}\``);
      if (!mayManage(found, principal)) return notYours(found);
      const now = clock.now();
      // What was due before belongs to how it stood then.
      const schedule = await ticker.find(found, now, false);
      const planned = await plan(schedule, now);
      if ('ok' in planned) return planned;
      const { pause, owner } = planned;
      const changed = await store.schedules.change(schedule.id, schedule.version, planned, {
        notices: noticesOf(schedule, principal, pause ? 'paused' : 'resumed', pause?.reason ?? null),
        trail: [
          entry(kind, principal.id, { schedule: id, reason: pause?.reason ?? null, ...(owner ? { owner } : {}) }),
        ],
      });
      if (changed) return { ok: true, ...(await shown(changed)) };
    }
    return refusal('internal_refusal');
  }

  return {
    async add(wish, principal, typedIn) {
      const conversation = deps.placeOf(typedIn);
      const wrong = timesRefusal(wish, deps.leastMinutes);
      if (wrong) return wrong;
      const now = clock.now();
      const schedule: Schedule = {
        ...wish,
        owner: principal.id,
        conversation,
        source: 'chat',
        pause: null,
        createdAt: now,
        sweptUntil: now,
        version: 1,
      };
      const judged = await judge(schedule, principal, conversation);
      if (!judged.ok) return judged;
      const { commandText: command, cron, timeZone, missed, lateMinutes } = wish;
      const added = await store.schedules.add(schedule, {
        notices: [],
        trail: [
          entry('schedule_added', principal.id, { schedule: wish.id, command, cron, timeZone, missed, lateMinutes }),
        ],
      });
      if (!added) return refusal('schedule_exists', `\`${wish.id}\``);
      // Each minute counts for alarm clocks of what is due soon.
      await deps.alarms.set(schedule);
      return { ...judged, ...(await shown(schedule)) };
    },

    list: async () => Promise.all((await store.schedules.all()).map(shown)),

    async show(id) {
      const schedule = await store.schedules.get(id);
      if (!schedule) return refusal('no_such_schedule', `\`${id}\``);
      return { ok: true, ...(await shown(schedule)), ticks: await store.schedules.latestTicks(id, shownTicks) };
    },

    async pause(id, principal, reason) {
      const paused = await change(id, principal, 'schedule_paused', async (schedule, at) =>
        schedule.pause ? refusal('already_paused', schedule.pause.reason) : { pause: { at, by: principal.id, reason } },
      );
      if (paused.ok) await deps.alarms.clear(paused.schedule);
      return paused;
    },

    resume: (id, principal) =>
      change(id, principal, 'schedule_resumed', async (schedule, now) => {
        if (!schedule.pause) return refusal('not_resting');
        const sweptUntil = new Date(Math.max(now.getTime(), schedule.sweptUntil.getTime()));
        const owner = deps.people().byId(schedule.owner);
        if (owner && owner.roles.length > 0) return { pause: null, sweptUntil };
        if (schedule.source === 'config') return refusal('schedule_of_config', `Its owner ${schedule.owner} is gone`);
        const judged = await judge(schedule, principal, schedule.conversation);
        return judged.ok ? { pause: null, sweptUntil, owner: principal.id } : judged;
      }),

    async remove(id, principal) {
      for (let turn = 0; turn < mostTurns; turn += 1) {
        const found = await store.schedules.get(id);
        if (!found) return refusal('no_such_schedule', `\`${id}\``);
        if (!mayManage(found, principal)) return notYours(found);
        if (found.source === 'config') return refusal('schedule_of_config');
        const schedule = await ticker.find(found, clock.now(), true);
        const trail = [entry('schedule_removed', principal.id, { schedule: id, command: schedule.commandText })];
        const notices = noticesOf(schedule, principal, 'removed', null);
        if (!(await store.schedules.remove(id, schedule.version, { notices, trail }))) continue;
        await deps.alarms.clear(schedule);
        return { ok: true };
      }
      return refusal('internal_refusal');
    },

    async runNow(id, principal, conversation) {
      const schedule = await store.schedules.get(id);
      if (!schedule) return refusal('no_such_schedule', `\`${id}\``);
      const made = wishOf(schedule, principal, conversation);
      if (!made.ok) return made;
      return requests.ask({ ...made.wish, reason: made.wish.reason ?? `schedule ${id}, run by hand` });
    },
  };
}
