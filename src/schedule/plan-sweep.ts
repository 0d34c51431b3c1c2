import type { TickCode } from '../messages/reasons/reasons.ts';
import type { Schedule } from '../ports/store/schedule-store.ts';
import { isBlackedOut } from './calendar/blackouts.ts';
import { parseCron } from './calendar/cron.ts';
import { dueBetween, nextDue } from './calendar/due-times.ts';

/** A due time found this long after it still counts as in time. */
export const inTimeMs = 2 * 60_000;

/** Due times that one sweep of a schedule looks at; there is another one at once when there were more. */
const mostAtOnce = 5_000;

/** A due time and what becomes of it. */
export interface FoundTick {
  readonly dueAt: Date;
  readonly state: 'due' | 'missed' | 'skipped';
  readonly code: TickCode | null;
}

/** What a sweep finds: every due time after the last sweep. `until` is how far it got; `isWhole` when that is all. */
export interface SweepPlan {
  readonly until: Date;
  readonly isWhole: boolean;
  readonly ticks: readonly FoundTick[];
}

/** The first due time that a sweep has still to find; null: there is none. Pure. */
export function nextToFind(schedule: Pick<Schedule, 'cron' | 'timeZone' | 'sweptUntil'>): Date | null {
  const parsed = parseCron(schedule.cron);
  return (parsed.ok && nextDue(parsed.cron, schedule.timeZone, schedule.sweptUntil, 1)[0]) || null;
}

/** Milliseconds after a due time until which it still is asked for. Pure. */
export const graceMs = ({ missed, lateMinutes }: Pick<Schedule, 'missed' | 'lateMinutes'>): number =>
  missed === 'run-late' ? Math.max(inTimeMs, lateMinutes * 60_000) : inTimeMs;

/**
 * Finds the due times since the last sweep and decides what becomes of each. Pure. Of several that are late only the last is asked for:
 * nobody wants last night's five wake-ups at once. `closing`: the schedule ends or changes now, so nothing is asked for any more.
 * `leadMs`: so long before it is due each is found, for commands that begin earlier; while the schedule rests or ends that does not
 * count, since what is still to come may yet be wanted.
 */
export function planSweep(schedule: Schedule, now: Date, closing = false, leadMs = 0): SweepPlan {
  const parsed = parseCron(schedule.cron);
  const horizon = new Date(now.getTime() + (closing || schedule.pause ? 0 : leadMs));
  const nothing: SweepPlan = { until: horizon, isWhole: true, ticks: [] };
  if (!parsed.ok) return nothing;
  const times = dueBetween(parsed.cron, schedule.timeZone, schedule.sweptUntil, horizon, mostAtOnce);
  const isWhole = times.length < mostAtOnce;
  const ageMs = (dueAt: Date) => now.getTime() - dueAt.getTime();
  const isWanted = (dueAt: Date) => ageMs(dueAt) <= graceMs(schedule) && !restOf(schedule, dueAt) && !closing;
  const lastWanted = times.findLast(isWanted);
  const codeOf = (dueAt: Date): TickCode => {
    if (closing) return 'schedule_changed';
    return isWanted(dueAt) ? 'overtaken' : 'nobody_there';
  };
  const ticks = times.map((dueAt): FoundTick => {
    const rest = restOf(schedule, dueAt);
    if (rest) return { dueAt, state: 'skipped', code: rest };
    if (isWanted(dueAt) && (dueAt === lastWanted || ageMs(dueAt) <= inTimeMs))
      return { dueAt, state: 'due', code: null };
    return { dueAt, state: 'missed', code: codeOf(dueAt) };
  });
  return { until: isWhole ? horizon : (times.at(-1) ?? horizon), isWhole, ticks };
}

function restOf(schedule: Schedule, dueAt: Date): TickCode | null {
  if (schedule.pause) return 'schedule_paused';
  return isBlackedOut(dueAt, schedule.timeZone, schedule.blackouts) ? 'blackout' : null;
}
