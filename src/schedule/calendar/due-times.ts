import type { Cron } from './cron.ts';
import { instantFrom, wallAt } from './local-time.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** 29 February comes after eight years at most (1896 to 1904, 2096 to 2104). */
const searchDays = 9 * 366;

/**
 * The instants after `after`, in milliseconds, at which something is due, in order, without end. Pure. Clocks in the zone count: what a
 * change to summer time leaves out is due at the instant of the change, and what comes twice is due at its first coming only.
 *
 * node-cron can match one instant and count on from now, but not from another instant, which is what finds missed times; it also wants
 * both kinds of day to fit where crontab(5) wants one of them. So this counts.
 */
export function* dueTimes(cron: Cron, timeZone: string, after: Date): Generator<Date, void> {
  const from = wallAt(after.getTime(), timeZone);
  let last = after.getTime();
  let quietDays = 0;
  for (let day = Math.floor(from / dayMs) * dayMs; quietDays <= searchDays; day += dayMs, quietDays += 1) {
    if (!isDay(cron, new Date(day))) continue;
    quietDays = 0;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const wall = day + (hour * 60 + minute) * minuteMs;
        if (wall < from) continue;
        const instant = instantFrom(wall, timeZone);
        // All of a gap falls on its end; of what clocks show twice the first coming may be over.
        if (instant <= last) continue;
        last = instant;
        yield new Date(instant);
      }
    }
  }
}

function isDay(cron: Cron, wall: Date): boolean {
  if (!cron.months.has(wall.getUTCMonth() + 1)) return false;
  const isOfMonth = cron.daysOfMonth.has(wall.getUTCDate());
  const isOfWeek = cron.daysOfWeek.has(wall.getUTCDay());
  return cron.isEitherDay ? isOfMonth || isOfWeek : isOfMonth && isOfWeek;
}

/** The first `count` due times after `after`. Pure. */
export function nextDue(cron: Cron, timeZone: string, after: Date, count: number): readonly Date[] {
  return collect(dueTimes(cron, timeZone, after), (_, found) => found < count);
}

/** Due times after `after` up to and with `until`; at most `most` of them. Pure. */
export function dueBetween(cron: Cron, timeZone: string, after: Date, until: Date, most: number): readonly Date[] {
  return collect(dueTimes(cron, timeZone, after), (due, found) => due <= until && found < most);
}

function collect(times: Iterable<Date>, wants: (due: Date, found: number) => boolean): readonly Date[] {
  const found: Date[] = [];
  for (const due of times) {
    if (!wants(due, found.length)) break;
    found.push(due);
  }
  return found;
}

/** Due times that are looked at to find the shortest pause: more than a week of quarters of an hour. */
const looked = 700;

/** The shortest pause between two due times, in minutes, as clocks show them. Pure. */
export function shortestPauseMinutes(cron: Cron): number {
  // In UTC: an hour that comes twice or never is no reason to refuse.
  const times = nextDue(cron, 'UTC', new Date('2027-12-31T23:59:00Z'), looked).map((time) => time.getTime());
  const pauses = times.slice(1).map((time, at) => time - (times[at] ?? 0));
  return Math.min(Number.POSITIVE_INFINITY, ...pauses) / minuteMs;
}
