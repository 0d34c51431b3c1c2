import type { AmtAlarm } from '../../ports/amt/alarms.ts';
import type { OutcomeReport } from '../../ports/runs/run-store.ts';
import { dateTime, oneLine, plural } from '../format.ts';
import { csvOf } from './csv.ts';

/** `once`, `every day`, `every 90 minutes`. */
export function repeatWord(everyMinutes: number | null): string {
  if (everyMinutes === null) return 'once';
  const units = [
    [7 * 24 * 60, 'week'],
    [24 * 60, 'day'],
    [60, 'hour'],
    [1, 'minute'],
  ] as const;
  const [minutes, unit] = units.find(([each]) => everyMinutes % each === 0) ?? [1, 'minute'];
  const times = everyMinutes / minutes;
  return times === 1 ? `every ${unit}` : `every ${plural(times, unit)}`;
}

/** The alarms that a PC holds. `summary` says what was done; without it they are counted. Pure. */
export function alarmsReport(
  name: string,
  alarms: readonly AmtAlarm[],
  timeZone: string,
  summary?: string,
): OutcomeReport {
  const inOrder = alarms.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  return {
    summary: summary ?? (alarms.length === 0 ? 'no alarms' : plural(alarms.length, 'alarm')),
    ...(alarms.length > 0
      ? {
          table: {
            columns: ['Alarm', 'Turns on', 'Repeats'],
            rows: inOrder.map((alarm) => [
              oneLine(alarm.name, 40),
              dateTime(alarm.at, timeZone),
              repeatWord(alarm.everyMinutes),
            ]),
          },
        }
      : {}),
    attachment: {
      name: `${name}-alarms.csv`,
      mediaType: 'text/csv',
      content: csvOf(
        ['alarm', 'at', 'every_minutes', 'delete_afterwards'],
        inOrder.map((alarm) => [
          oneLine(alarm.name, 40),
          alarm.at.toISOString(),
          String(alarm.everyMinutes ?? ''),
          String(alarm.deleteAfterwards),
        ]),
      ),
    },
  };
}
