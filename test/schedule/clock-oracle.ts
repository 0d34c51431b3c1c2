const minuteMs = 60_000;

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
 * Due times found the slow way, with nothing from src: a wall clock is read at each minute, and something is due when it shows a
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
  for (let at = from.getTime() + minuteMs; at <= to.getTime(); at += minuteMs) {
    const shown = shownAt(at);
    // Usually one minute; more when the clock jumps forward, none while it shows again what it has shown.
    const fresh: Wall[] = [];
    for (let wall = latest + minuteMs; wall <= shown; wall += minuteMs) fresh.push(wallOf(wall));
    latest = Math.max(latest, shown);
    for (const [index, fit] of fits.entries()) if (fresh.some(fit)) found[index]?.push(at);
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
