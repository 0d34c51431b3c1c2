import type { Requests } from '../approvals/requests.ts';
import type { Refusal } from '../approvals/wish.ts';
import type { Command } from '../commands/command-spec.ts';
import type { People } from '../identity/people.ts';
import { missedNotice, ownerLeftNotice, refusedNotice } from '../messages/schedules/notices.ts';
import type { View } from '../messages/view.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Schedule, Tick, TickEnd, Told } from '../ports/store/schedule-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { TrailEntry, TrailKind } from '../ports/trail/trail-store.ts';
import { type FoundTick, graceMs, inTimeMs, nextToFind, planSweep } from './plan-sweep.ts';
import { readScheduled } from './scheduled-command.ts';
import { isConfirmed } from './upkeep-schedules.ts';
import { longestLeadMs, type WakeLeads } from './wake-leads.ts';

/** Finds due times and asks for them. Safe to call at any moment, by any number of replicas. */
export interface Ticker {
  /** Finds every due time since the last look, in all schedules, and asks for what is to be asked for. */
  sweep(): Promise<void>;
  /**
   * Finds the due times of one schedule up to `now`, before it changes; the schedule after it. `closing`: its times change or end, so
   * what was not found yet is missed.
   */
  find(schedule: Schedule, now: Date, closing: boolean): Promise<Schedule>;
  /** Finishes what is being asked for and asks for nothing more. */
  stop(): Promise<void>;
}

const mostDue = 200;
const trailTimes = 50;

/** What the ticker is made from. */
export interface TickerDeps {
  readonly store: Store;
  readonly requests: Pick<Requests, 'ask'>;
  readonly commands: readonly Command[];
  readonly people: () => People;
  /** Makes new people and links count. */
  readonly refresh: () => Promise<void>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly timeZone: string;
  /** When commands begin before their due time. Default: never. */
  readonly leads?: WakeLeads;
  readonly logger: Logger;
}

/** Makes the ticker. */
export function createTicker(deps: TickerDeps): Ticker {
  const { store, people, clock, newId, logger } = deps;
  let underWay: Promise<void> | null = null;
  let stopped = false;
  const quiet = new Map<string, { readonly version: number; readonly until: Date | null }>();

  const entry = (kind: TrailKind, actor: string, requestId: string | null, data: TrailEntry['data']): TrailEntry => ({
    at: clock.now(),
    kind,
    actor,
    requestId,
    data,
  });
  const noticeOf = (schedule: Schedule, view: View) => ({
    id: newId('card'),
    requestId: null,
    conversation: schedule.conversation,
    kind: 'notice' as const,
    view,
  });

  const leadMsOf = async (schedule: Schedule) => (deps.leads ? longestLeadMs(await deps.leads(schedule)) : 0);

  /** One turn of a sweep: the schedule after it, or null when another replica was faster. */
  async function sweepOnce(schedule: Schedule, now: Date, closing: boolean) {
    const { ticks, until, isWhole } = planSweep(schedule, now, closing, await leadMsOf(schedule));
    if (ticks.length === 0) return { schedule, isWhole: true };
    const stored = ticks.map((tick): Tick => ({ ...tick, scheduleId: schedule.id, requestId: newId('req'), at: now }));
    const told: Told = {
      notices: noticesOf(schedule, ticks),
      trail: [...entriesOf(schedule, ticks, 'missed'), ...entriesOf(schedule, ticks, 'skipped')],
    };
    const swept = await store.schedules.sweep(schedule.id, schedule.version, until, stored, told);
    return swept && { schedule: swept, isWhole };
  }

  function noticesOf(schedule: Schedule, ticks: readonly FoundTick[]): Told['notices'] {
    const missed = ticks.filter(({ state }) => state === 'missed');
    const code = missed.find((tick) => tick.code !== 'overtaken')?.code ?? missed.at(-1)?.code;
    const times = missed.map(({ dueAt }) => dueAt);
    return code ? [noticeOf(schedule, missedNotice(schedule, times, code))] : [];
  }

  function entriesOf(
    schedule: Schedule,
    ticks: readonly FoundTick[],
    state: 'missed' | 'skipped',
  ): readonly TrailEntry[] {
    const these = ticks.filter((tick) => tick.state === state);
    if (these.length === 0) return [];
    const dueAt = these.slice(-trailTimes).map((tick) => tick.dueAt.toISOString());
    const codes = [...new Set(these.map(({ code }) => code))];
    return [entry(`tick_${state}`, 'service', null, { schedule: schedule.id, count: these.length, codes, dueAt })];
  }

  async function find(given: Schedule, now: Date, closing: boolean): Promise<Schedule> {
    let schedule = given;
    for (;;) {
      const swept = await sweepOnce(schedule, now, closing);
      if (swept?.isWhole) return swept.schedule;
      const latest = swept?.schedule ?? (await store.schedules.get(schedule.id));
      // Removed meanwhile: nothing is due any more.
      if (!latest) return schedule;
      schedule = latest;
    }
  }

  async function settle(
    schedule: Schedule | null,
    tick: Tick,
    end: Omit<TickEnd, 'at'>,
    view?: View,
    details: readonly string[] = [],
  ) {
    const sinceMs = clock.now().getTime() - tick.dueAt.getTime();
    const kind = end.state === 'late' ? 'tick_asked' : (`tick_${end.state}` as const);
    const isAsked = kind === 'tick_asked';
    await store.schedules.settle(
      tick,
      { ...end, at: clock.now() },
      {
        notices: schedule && view ? [noticeOf(schedule, view)] : [],
        trail: [
          entry(kind, 'service', isAsked ? tick.requestId : null, {
            schedule: tick.scheduleId,
            dueAt: tick.dueAt.toISOString(),
            ...(sinceMs < 0 ? { earlyMs: -sinceMs } : { lateMs: sinceMs }),
            ...(end.code === null ? {} : { code: end.code, details }),
          }),
        ],
      },
    );
  }

  /** Asks for one due time, as its owner would by hand. What fails here stays due and is tried again at the next sweep. */
  async function fire(tick: Tick): Promise<void> {
    const schedule = await store.schedules.get(tick.scheduleId);
    const lateMs = clock.now().getTime() - tick.dueAt.getTime();
    const asked = { state: lateMs > inTimeMs ? 'late' : 'asked', code: null } as const;
    // Whoever asked may have died before the tick said so.
    if (await store.requests.get(tick.requestId)) return settle(schedule, tick, asked);
    if (!schedule) return settle(null, tick, { state: 'missed', code: 'schedule_changed' });
    if (schedule.pause) return settle(schedule, tick, { state: 'skipped', code: 'schedule_paused' });
    if (lateMs > graceMs(schedule)) {
      const view = missedNotice(schedule, [tick.dueAt], 'nobody_there');
      return settle(schedule, tick, { state: 'missed', code: 'nobody_there' }, view);
    }
    const owner = people().byId(schedule.owner);
    if (!owner || owner.roles.length === 0) return stopFor(schedule, tick);
    const read = readScheduled(schedule.commandText, deps.commands, clock.now(), deps.timeZone);
    const done: { readonly ok: true } | Refusal = read.ok
      ? await deps.requests.ask({
          id: tick.requestId,
          principal: owner,
          conversation: schedule.conversation,
          commandText: schedule.commandText,
          ...read.command,
          reason: schedule.reason ?? read.command.reason,
          dueAt: tick.dueAt,
          ...(isConfirmed(schedule) ? { confirmed: true } : {}),
        })
      : { ok: false, code: read.code, details: [read.problem] };
    // Another replica may have asked for it; then the refusal was about a second one.
    if (done.ok || (await store.requests.get(tick.requestId))) return settle(schedule, tick, asked);
    const { code, details } = done;
    // Said by nobody: on most days nothing is.
    if (code === 'nothing_due') return settle(schedule, tick, { state: 'skipped', code });
    const view = refusedNotice(schedule, tick.dueAt, code, details);
    await settle(schedule, tick, { state: 'refused', code }, view, details);
  }

  /** Without its owner nobody answers for it. */
  async function stopFor(schedule: Schedule, tick: Tick): Promise<void> {
    const ownerName = people().nameOf(schedule.owner);
    const reason = `the owner ${ownerName} is no longer here or has no role`;
    const pause = { at: clock.now(), by: 'service', reason };
    const paused = await store.schedules.change(
      schedule.id,
      schedule.version,
      { pause },
      {
        notices: [noticeOf(schedule, ownerLeftNotice(schedule, ownerName))],
        trail: [entry('schedule_paused', 'service', null, { schedule: schedule.id, owner: schedule.owner, reason })],
      },
    );
    // Changed meanwhile: the next sweep looks at what it is now.
    if (paused) await settle(schedule, tick, { state: 'refused', code: 'owner_left' });
  }

  /** True when nothing is to be found since the last sweep. Counted anew only after the schedule has changed, as it does with each tick. */
  async function isQuiet(schedule: Schedule): Promise<boolean> {
    let known = quiet.get(schedule.id);
    if (known?.version !== schedule.version) {
      known = { version: schedule.version, until: nextToFind(schedule) };
      quiet.set(schedule.id, known);
    }
    if (known.until === null) return true;
    const leadMs = schedule.pause ? 0 : await leadMsOf(schedule);
    return clock.now().getTime() < known.until.getTime() - leadMs;
  }

  async function look(schedule: Schedule): Promise<void> {
    if (!(await isQuiet(schedule))) await find(schedule, clock.now(), false);
  }

  async function sweep(): Promise<void> {
    await deps.refresh();
    for (const schedule of await store.schedules.all()) {
      if (stopped) return;
      // One broken schedule must not hold up the others.
      await look(schedule).catch((error: unknown) =>
        logger.error({ error, schedule: schedule.id }, 'the due times of a schedule could not be stored'),
      );
    }
    for (const tick of await store.schedules.due(mostDue)) {
      if (stopped) return;
      await fire(tick).catch((error: unknown) =>
        logger.error({ error, schedule: tick.scheduleId, dueAt: tick.dueAt }, 'a schedule could not ask, trying again'),
      );
    }
  }

  return {
    sweep() {
      underWay ??= sweep().finally(() => {
        underWay = null;
      });
      return underWay;
    },
    find,
    async stop() {
      stopped = true;
      await underWay?.catch(() => {});
    },
  };
}
