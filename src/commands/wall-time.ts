import { instantAt } from '../schedule/calendar/local-time.ts';

const minuteMs = 60_000;

const shape = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::00)?(Z|[+-]\d{2}:\d{2})?$/i;

/**
 * The instant that `2026-12-01 06:30` means in the time zone, or with the `Z` or offset that stands behind it. Null when it is none: a
 * 31st of February, or an hour that a change to summer time leaves out. Of an hour that comes twice it is the first. Pure.
 */
export function instantOf(text: string, timeZone: string): Date | null {
  const [, year, month, day, hour, minute, offset] = shape.exec(text.trim()) ?? [];
  const wall = new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  // Date takes 31 February for 3 March, and 24:00 for the next day.
  if (Number.isNaN(wall.getTime()) || !wall.toISOString().startsWith(`${year}-${month}-${day}T${hour}:${minute}`))
    return null;
  if (offset !== undefined) return new Date(wall.getTime() - offsetMs(offset));
  const instant = instantAt(wall.getTime(), timeZone);
  return instant === null ? null : new Date(instant);
}

function offsetMs(offset: string): number {
  if (/^z$/i.test(offset)) return 0;
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * minuteMs;
}

/** Minutes of `90m`, `12h`, `1d` or `2w`; null when it is none of these. Pure. */
export function minutesOf(text: string): number | null {
  const [, count, unit] = /^([1-9]\d{0,4})(m|min|h|d|w)$/i.exec(text.trim()) ?? [];
  if (count === undefined || unit === undefined) return null;
  const minutes = { m: 1, h: 60, d: 24 * 60, w: 7 * 24 * 60 }[unit.toLowerCase().charAt(0)];
  return minutes === undefined ? null : Number(count) * minutes;
}
