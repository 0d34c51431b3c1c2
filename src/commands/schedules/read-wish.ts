import type { Blackout } from '../../ports/store/schedule-store.ts';
import { missedWays } from '../../ports/store/schedule-store.ts';
import { parseBlackouts } from '../../schedule/calendar/blackouts.ts';
import type { ScheduleWish } from '../../schedule/schedules.ts';

/** Most minutes that a due time may be asked for late. */
export const mostLateMinutes = 24 * 60;
/** Minutes that count when nobody says otherwise. */
export const usualLateMinutes = 30;

/** Names of schedules. */
export const scheduleName = /^[a-z][a-z0-9-]{0,39}$/;

/** Reads `NAME "CRON" COMMAND...` and the options of `schedule add`; a sentence when something is wrong. Pure. */
export function readScheduleWish(
  words: readonly string[],
  options: ReadonlyMap<string, string>,
  usualTimeZone: string,
): { readonly ok: true; readonly wish: ScheduleWish } | { readonly ok: false; readonly problem: string } {
  const bad = (problem: string) => ({ ok: false, problem }) as const;
  const [id = '', ...rest] = words;
  if (!scheduleName.test(id))
    return bad(`"${id}" is no name: lower-case letters, digits and -, starting with a letter, 40 at most.`);
  const { cron, command } = takeCron(rest);
  if (cron === '' || command.length === 0)
    return bad('Say when, in quotes, and then the command: add night "0 22 * * 2" poweron site:madrid.');
  const missed = missedWays.find(
    (way) => way === (options.get('missed') ?? (options.has('late') ? 'run-late' : 'report')),
  );
  if (!missed) return bad(`--missed takes ${missedWays.join(' or ')}.`);
  const late = options.get('late') ?? String(usualLateMinutes);
  const lateMinutes = /^\d{1,4}$/.test(late) ? Number(late) : Number.NaN;
  if (!(lateMinutes >= 1 && lateMinutes <= mostLateMinutes))
    return bad(`--late takes minutes, from 1 to ${mostLateMinutes}.`);
  if (options.has('late') && missed === 'report') return bad('--late goes with --missed run-late.');
  const blackouts: readonly Blackout[] | null = parseBlackouts(options.get('except') ?? '');
  if (!blackouts) return bad('--except takes days such as 2026-12-24,2026-12-31..2027-01-06.');
  const timeZone = options.get('tz') ?? usualTimeZone;
  const reason = options.get('reason') ?? null;
  return {
    ok: true,
    wish: { id, cron, commandText: commandOf(command), timeZone, missed, lateMinutes, blackouts, reason },
  };
}

/** The fields in quotes are one word; without quotes they are five. */
function takeCron(words: readonly string[]) {
  const [first = ''] = words;
  const isOne = /\s/.test(first) || first.startsWith('@');
  const count = isOne ? 1 : 5;
  return { cron: words.slice(0, count).join(' '), command: words.slice(count) };
}

/** The words as they were typed; a command in quotes is one word. */
function commandOf(words: readonly string[]): string {
  const [first = ''] = words;
  if (words.length === 1) return first.replace(/^\/oob\s+/, '');
  return words.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ');
}
