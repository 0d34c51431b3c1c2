import { dateTime } from '../../messages/format.ts';
import { type Command, onTargets } from '../command-spec.ts';
import { byForm, type Form, ofForms } from '../forms.ts';
import { breakGlassOption, dryRunOption, reasonOption } from '../options.ts';
import { instantOf, minutesOf } from '../wall-time.ts';

/** Names as firmware takes them: 32 characters (Intel AMT Implementation and Reference Guide, "Alarm Clock"). */
const nameShape = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,31}$/;
/** A year, in minutes: no alarm repeats more seldom. */
const longestRepeat = 366 * 24 * 60;

const set: Command['read'] = (words, options, { now, timeZone }) => {
  // Without quotes day and time are two words.
  const isSplit = /^\d{4}-\d{2}-\d{2}$/.test(words.at(-2) ?? '') && /^\d{2}:\d{2}/.test(words.at(-1) ?? '');
  const text = isSplit ? words.slice(-2).join(' ') : (words.at(-1) ?? '');
  const targetWords = words.slice(0, isSplit ? -2 : -1);
  const mistake = (problem: string) => ({ kind: 'mistake', problem }) as const;
  const at = instantOf(text, timeZone);
  if (at === null)
    return mistake(`"${text}" is no time: say it as "2026-12-01 06:30", in ${timeZone} unless an offset follows.`);
  if (targetWords.length === 0) return mistake('Say which PCs, then when.');
  if (at <= now) return mistake(`${dateTime(at, timeZone)} is over; it is ${dateTime(now, timeZone)}.`);
  const every = options.get('every');
  const everyMinutes = every === undefined ? null : minutesOf(every);
  if (every !== undefined && (everyMinutes === null || everyMinutes > longestRepeat))
    return mistake('--every takes a time such as 90m, 12h, 1d or 2w.');
  const name = options.get('name') ?? `oob ${at.toISOString().slice(0, 16).replaceAll(':', '')}`;
  if (!nameShape.test(name)) return mistake('--name takes up to 32 letters, digits, blanks, dots, - and _.');
  return {
    kind: 'operation',
    operation: 'set-alarm',
    parameters: { name, at: at.toISOString(), ...(everyMinutes === null ? {} : { every: String(everyMinutes) }) },
    targetWords,
  };
};

const clear: Command['read'] = (words) => {
  const name = words.at(-1) ?? '';
  if (words.length < 2) return { kind: 'mistake', problem: 'Say which PCs, then the name of the alarm, or all.' };
  return { kind: 'operation', operation: 'clear-alarm', parameters: { name }, targetWords: words.slice(0, -1) };
};

const forms: readonly Form[] = [
  {
    name: 'set',
    summary: 'Have PCs turn themselves on at a time, network or not',
    usage: 'TARGETS "2026-12-01 06:30" [--every 1d] [--name NAME]',
    risk: 'act',
    operations: ['set-alarm'],
    read: set,
  },
  {
    name: 'list',
    summary: 'List the alarms of PCs',
    usage: 'TARGETS',
    risk: 'read',
    operations: ['read-alarms'],
    read: onTargets('read-alarms'),
  },
  {
    name: 'clear',
    summary: 'Take an alarm from PCs, or all of them',
    usage: 'TARGETS NAME|all',
    risk: 'act',
    operations: ['clear-alarm'],
    read: clear,
  },
];

/** `alarm set|list|clear TARGETS`. */
export const alarm: Command = {
  ...ofForms(forms),
  name: 'alarm',
  summary: "Set, list or clear alarms of PCs' own clocks, which turn them on",
  words: { least: 1, most: 103 },
  options: [
    { name: 'every', value: 'TIME', summary: 'with set: repeat it after 90m, 12h, 1d, 2w ...' },
    { name: 'name', value: 'NAME', summary: 'with set: up to 32 characters; one of the same name is replaced' },
    reasonOption,
    breakGlassOption,
    dryRunOption,
  ],
  examples: [
    'alarm set group:floor3 "2030-12-01 06:30" --every 1d',
    'alarm list host42',
    'alarm clear host42 "oob 2030-12-01T0630"',
  ],
  read: byForm('alarm', forms),
};
