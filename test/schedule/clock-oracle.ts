const minuteMs = 60_000;
/** No zone jumps forward and back again within an hour. */
const stretchMs = 60 * minuteMs;

/** What a wall clock shows, in numbers. */
export interface Wall {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

/**
 * Due times found the slow way, with nothing from src: a wall clock is followed minute by minute, and something is due when it shows a
 * fitting time that it has not shown before, or has just jumped over one. Each fitting rule gets a list of its own.
 */
export function readClock(
  timeZone: string,
  from: Date,
  to: Date,
  fits: readonly ((wall: Wall) => boolean)[],
): readonly (readonly number[])[] {
  const found: number[][] = fits.map(() => []);
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const shownAt = (at: number) => Date.parse(`${format.format(at).replace(' ', 'T')}Z`);
  let latest = shownAt(from.getTime());
  const look = (at: number, shown: number) => {
    // Usually one minute; more when the clock jumps forward, none while it shows again what it has shown.
    for (let wall = latest + minuteMs; wall <= shown; wall += minuteMs) {
      const fresh = wallOf(wall);
      for (const [index, holds] of fits.entries())
        if (holds(fresh) && found[index]?.at(-1) !== at) found[index]?.push(at);
    }
    latest = Math.max(latest, shown);
  };
  let shownBefore = latest;
  for (let start = from.getTime(); start < to.getTime(); start += stretchMs) {
    const end = Math.min(start + stretchMs, to.getTime());
    const shownAtEnd = shownAt(end);
    // A clock that is as far on at the end as the time that passed has not jumped: every minute in between is known.
    const isSteady = shownAtEnd - shownBefore === end - start;
    for (let at = start + minuteMs; at <= end; at += minuteMs)
      look(at, isSteady ? shownBefore + (at - start) : shownAt(at));
    shownBefore = shownAtEnd;
  }
  return found;
}

function wallOf(ms: number): Wall {
  const date = new Date(ms);
  return {
    minute: date.getUTCMinutes(),
    hour: date.getUTCHours(),
    day: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay(),
  };
}
