import { createHash } from 'node:crypto';

/** What is done about the alarm clocks for one due time. */
export interface AlarmStep {
  readonly scheduleId: string;
  readonly dueAt: Date;
  readonly step: 'set' | 'clear';
  /** Which of several groups of sites, each with a time of its own; from 0. */
  readonly part: number;
  /** Rises each time that it is set again after having been cleared; from 0. */
  readonly turn: number;
}

/** Id of the request for it: the same whoever asks and however often, so that there is one. Pure. */
export function alarmRequestId({ scheduleId, dueAt, step, part, turn }: AlarmStep): string {
  const text = ['alarm', scheduleId, dueAt.toISOString(), step, part, turn].join(' ');
  return `req_${createHash('sha256').update(text).digest('hex').slice(0, 20)}`;
}
