import { powerStates } from '../ports/amt.ts';

/** `1,234`. */
export function count(n: number): string {
  return new Intl.NumberFormat('en-US').format(n);
}

/** `1 PC`, `1,234 PCs`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** `0.4 s`, `41 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `14:02` in the given zone, with the zone's short name: `14:02 CET`. */
export function clockTime(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  }).format(at);
}

/** `14:02:09 CET`, where seconds matter. */
export function clockSeconds(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone })
    .format(at)
    .concat(` ${clockTime(at, timeZone).split(' ')[1] ?? ''}`)
    .trim();
}

/** `2026-11-23 14:02 CET`. */
export function dateTime(at: Date, timeZone: string): string {
  const day = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone }).format(at);
  return `${day} ${clockTime(at, timeZone)}`;
}

/** `2026-11-23 14:02:09 CET`, where seconds matter. */
export function timeStamp(at: Date, timeZone: string): string {
  const time = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone }).format(at);
  return `${time} ${clockTime(at, timeZone).split(' ')[1] ?? ''}`.trim();
}

/** A CIM power state in plain words: `on`, `off`, `asleep`, else the number. */
export function powerWord(state: number | null): string {
  if (state === null) return 'unknown';
  if (state === 2) return 'on';
  if (state === 3 || state === 4) return 'asleep';
  if (state === 7) return 'hibernated';
  if ([6, 8, 12, 13].includes(state)) return 'off';
  const known = Object.entries(powerStates).find(([value]) => Number(value) === state);
  return known ? known[1] : `power state ${state}`;
}

/** Cuts to `most` characters with an ellipsis; control characters and line breaks become blanks. */
export function oneLine(text: string, most: number): string {
  const flat = [...text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()];
  return flat.length <= most ? flat.join('') : `${flat.slice(0, most - 1).join('')}…`;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function listed(names: readonly string[], total = names.length, most = 3): string {
  const shown = names.slice(0, most);
  const rest = total - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${count(rest)} more`;
  const last = shown.at(-1);
  if (last === undefined) return '';
  return shown.length === 1 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
