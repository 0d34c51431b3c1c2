import cron from 'node-cron';

/** Five fields as in crontab(5), each as the numbers that it stands for. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: ReadonlySet<number>;
  /** 1 is January. */
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly daysOfWeek: ReadonlySet<number>;
  /** True when both kinds of day are restricted: then one of them is enough, as crontab(5) has it. */
  readonly isEitherDay: boolean;
}

const fieldWords: Readonly<Record<string, string>> = {
  minute: 'minute (0-59)',
  hour: 'hour (0-23)',
  dayOfMonth: 'day of month (1-31)',
  month: 'month (1-12 or jan-dec)',
  dayOfWeek: 'day of week (0-7 or sun-sat)',
};

/** What reading a text came to; `problem` is a whole sentence that names the field. */
type Parsed = { readonly ok: true; readonly cron: Cron } | { readonly ok: false; readonly problem: string };

const mostKnown = 1_000;
const known = new Map<string, Parsed>();

/** As `readCron`; the same text is looked at each minute, so what it came to is kept. Pure. */
export function parseCron(text: string): Parsed {
  const found = known.get(text) ?? readCron(text);
  if (known.size >= mostKnown) known.clear();
  known.set(text, found);
  return found;
}

/** The cron of a text that was checked before, as the configuration's is. Throws TypeError for another. Pure. */
export function cronOf(text: string): Cron {
  const parsed = parseCron(text);
  if (!parsed.ok) throw new TypeError(parsed.problem);
  return parsed.cron;
}

/**
 * Reads the five fields, or `@daily` and the like; `problem` is a whole sentence that names the field. Pure. node-cron takes the fields
 * apart and says what is wrong; L, W, # and seconds, which it also has, are not in crontab(5) and refused.
 */
function readCron(text: string): Parsed {
  const bad = (problem: string) => ({ ok: false, problem }) as const;
  const given = text.trim();
  const fieldCount = given.startsWith('@') ? 5 : given.split(/\s+/).length;
  if (fieldCount !== 5) return bad(`There ${fieldCount === 1 ? 'is 1 field' : `are ${fieldCount} fields`}, not five.`);
  const { fields, errors } = cron.validateDetailed(given);
  const [error] = errors;
  if (error || !fields) {
    const value = error?.value ?? given;
    const word = fieldWords[error?.field ?? ''];
    if (word === undefined) return bad(`"${given}" is no schedule: say it as "0 22 * * 2".`);
    if (error?.field === 'dayOfMonth' && error.message.includes('impossible'))
      return bad(`The day of month "${value}" does not exist in that month.`);
    return bad(`The ${word} can't be "${value}".`);
  }
  const daysOfMonth = numbersOf(fields.dayOfMonth);
  const daysOfWeek = numbersOf(fields.dayOfWeek);
  if (!daysOfMonth) return bad(`The ${fieldWords.dayOfMonth} takes numbers, ranges and steps only.`);
  if (!daysOfWeek) return bad(`The ${fieldWords.dayOfWeek} takes days, ranges and steps only.`);
  return {
    ok: true,
    cron: {
      minutes: [...fields.minute].sort((a, b) => a - b),
      hours: [...fields.hour].sort((a, b) => a - b),
      daysOfMonth,
      months: new Set(fields.month),
      daysOfWeek,
      isEitherDay: isRestricted(given, 2) && isRestricted(given, 4),
    },
  };
}

/** crontab(5): a field that begins with an asterisk does not count here, so that every second day and a weekday must both fit. */
const isRestricted = (text: string, field: number) => !/^(?:[*?@]|$)/.test(text.split(/\s+/)[field] ?? '');

function numbersOf(values: readonly (number | string)[]): ReadonlySet<number> | null {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === values.length ? new Set(numbers) : null;
}
