const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  // Making one takes longer than all the rest; there are no more zones than a configuration names.
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(timeZone, made);
  return made;
}

/** Zones have changed their offset at full quarters of an hour of UTC only since 1972 (IANA time zone database). */
const quarterMs = 15 * minuteMs;
const mostKnown = 20_000;
const offsets = new Map<string, Map<number, number>>();

/** What clocks in the zone show at an instant, to the minute, in milliseconds as if that were UTC. Pure. */
export function wallAt(instantMs: number, timeZone: string): number {
  const quarter = Math.floor(instantMs / quarterMs) * quarterMs;
  const known = offsets.get(timeZone) ?? new Map<number, number>();
  let offset = known.get(quarter);
  if (offset === undefined) {
    // Reading a calendar takes far longer than all the rest of finding due times.
    offset = readWall(quarter, timeZone) - quarter;
    if (known.size >= mostKnown) known.clear();
    offsets.set(timeZone, known.set(quarter, offset));
  }
  return Math.floor(instantMs / minuteMs) * minuteMs + offset;
}

function readWall(instantMs: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(new Date(instantMs));
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
}

/** The two instants that the offsets a day before and a day after give for what clocks show; one of them or both can hold. */
function guesses(wallMs: number, timeZone: string): readonly number[] {
  return [-dayMs, dayMs].map((shift) => wallMs - (wallAt(wallMs + shift, timeZone) - (wallMs + shift)));
}

/** The first instant at which clocks in the zone show this; null when a change to summer time leaves it out. Pure. */
export function instantAt(wallMs: number, timeZone: string): number | null {
  const fitting = guesses(wallMs, timeZone).filter((instant) => wallAt(instant, timeZone) === wallMs);
  return fitting.length > 0 ? Math.min(...fitting) : null;
}

/** As `instantAt`; of what is left out it is the instant at which the clocks jump over it. Pure. */
export function instantFrom(wallMs: number, timeZone: string): number {
  const exact = instantAt(wallMs, timeZone);
  if (exact !== null) return exact;
  let before = Math.min(...guesses(wallMs, timeZone));
  let after = Math.max(...guesses(wallMs, timeZone));
  while (after - before > minuteMs) {
    const middle = before + Math.floor((after - before) / (2 * minuteMs)) * minuteMs;
    if (wallAt(middle, timeZone) < wallMs) before = middle;
    else after = middle;
  }
  return after;
}
