import type { Schedule } from '../../ports/store/schedule-store.ts';
import { withCode } from '../cards/refusal-card.ts';
import { dateTime, oneLine, plural } from '../format.ts';
import { type ReasonCode, reasons } from '../reasons/reasons.ts';
import type { View } from '../view.ts';

const shownTimes = 5;

/** Due times that nobody was there for. The code is that of the last one. */
export function missedNotice(schedule: Schedule, dueAt: readonly Date[], code: ReasonCode): View {
  const times = dueAt.slice(-shownTimes).map((time) => dateTime(time, schedule.timeZone));
  const more = dueAt.length - times.length;
  const [first = ''] = times;
  return {
    tone: 'warning',
    title:
      dueAt.length === 1
        ? `Schedule "${schedule.id}" missed its time: ${first}`
        : `Schedule "${schedule.id}" missed ${plural(dueAt.length, 'time')}`,
    text: withCode(`${reasons[code].what} ${reasons[code].mend}`.replace('NAME', schedule.id).trim()),
    facts: [
      { label: 'Command', value: schedule.commandText },
      ...(dueAt.length > 1
        ? [{ label: 'Missed', value: `${more > 0 ? `${more} before, ` : ''}${times.join(', ')}` }]
        : []),
    ],
    context: code,
  };
}

/** A due time at which the policy said no, or the command was no longer valid. */
export function refusedNotice(schedule: Schedule, dueAt: Date, code: ReasonCode, details: readonly string[]): View {
  const { what, mend } = reasons[code];
  const said = details.map((detail) => (/[.?!]$/.test(detail) ? detail : `${detail}.`));
  return {
    tone: 'bad',
    title: `Schedule "${schedule.id}" was refused, due ${dateTime(dueAt, schedule.timeZone)}`,
    text: withCode([what, ...said, mend].join(' ').trim()),
    facts: [{ label: 'Command', value: schedule.commandText }],
    context: code,
  };
}

/** Somebody else than its owner changed the schedule: said where its results go. */
export function changedNotice(
  schedule: Schedule,
  done: 'paused' | 'resumed' | 'removed',
  byName: string,
  reason: string | null,
): View {
  return {
    tone: done === 'resumed' ? 'neutral' : 'warning',
    title: `Schedule "${schedule.id}" was ${done} by ${oneLine(byName, 80)}`,
    facts: [
      { label: 'Command', value: schedule.commandText },
      ...(reason === null ? [] : [{ label: 'Reason', value: oneLine(reason, 200) }]),
    ],
  };
}

/** The service paused the schedule itself. */
export function ownerLeftNotice(schedule: Schedule, ownerName: string): View {
  const { what, mend } = reasons.owner_left;
  return {
    tone: 'bad',
    title: `Schedule "${schedule.id}" is stopped: ${oneLine(ownerName, 80)} is gone or has no role`,
    text: withCode(`${what} ${mend}`.replace('NAME', schedule.id)),
    facts: [{ label: 'Command', value: schedule.commandText }],
    context: 'owner_left',
  };
}

/** The alarm clocks that back up a wake-up were not set, or not cleared. */
export function alarmsRefusedNotice(
  schedule: Schedule,
  isSetting: boolean,
  code: ReasonCode,
  details: readonly string[],
): View {
  const { what, mend } = reasons[code];
  return {
    tone: 'warning',
    title: `Schedule "${schedule.id}": alarm clocks were not ${isSetting ? 'set' : 'cleared'}`,
    text: withCode([what, ...details.map((detail) => `${detail}.`), mend].join(' ').trim()),
    context: code,
  };
}
