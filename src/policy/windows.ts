import { instantFrom, wallAt } from '../schedule/calendar/local-time.ts';
import { type MaintenanceWindow, weekdays } from './policy.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** One time that a window is open: from the first instant on, until before the second. */
export interface Opening {
  readonly from: Date;
  readonly to: Date;
}

/**
 * The opening that lasts, or else the next one; null when there is none within eight days. Openings go by the clocks of the zone:
 * what a change to summer time leaves out begins, or ends, at the jump; of an hour that comes twice the first counts. Pure.
 */
export function openingAt(window: MaintenanceWindow, now: Date): Opening | null {
  const { days, fromMinutes, toMinutes, timeZone } = window;
  const today = Math.floor(wallAt(now.getTime(), timeZone) / dayMs) * dayMs;
  // One that opened yesterday may last.
  for (let ahead = -1; ahead <= 8; ahead += 1) {
    const day = today + ahead * dayMs;
    const weekday = weekdays[new Date(day).getUTCDay()];
    if (weekday === undefined || !days.includes(weekday)) continue;
    const closes = day + toMinutes * minuteMs + (toMinutes <= fromMinutes ? dayMs : 0);
    const from = instantFrom(day + fromMinutes * minuteMs, timeZone);
    const to = instantFrom(closes, timeZone);
    if (from < to && now.getTime() < to) return { from: new Date(from), to: new Date(to) };
  }
  return null;
}

/** True while the window is open. Pure. */
export function isOpen(window: MaintenanceWindow, now: Date): boolean {
  const opening = openingAt(window, now);
  return opening !== null && opening.from <= now;
}
