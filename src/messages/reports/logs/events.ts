import type { EventRecord } from '../../../ports/amt/event-log.ts';
import type { OutcomeReport } from '../../../ports/runs/run-store.ts';
import { oneLine, plural, timeStamp } from '../../format.ts';
import { csvOf } from '../csv.ts';

const shownEvents = 10;
const urgent = new Set<EventRecord['severity']>(['critical', 'non-recoverable']);

/** A device's platform events: the newest, and a file with all that were read. Pure. */
export function eventsReport(log: {
  readonly name: string;
  /** Newest first. */
  readonly events: readonly EventRecord[];
  readonly timeZone: string;
}): OutcomeReport {
  const { name, events, timeZone } = log;
  const bad = events.filter((event) => urgent.has(event.severity)).length;
  return {
    summary:
      events.length === 0 ? 'no events' : `${plural(events.length, 'event')}${bad > 0 ? `, ${bad} critical` : ''}`,
    ...(events.length > 0
      ? {
          table: {
            columns: ['When', 'What', 'Severity', 'Source'],
            rows: events
              .slice(0, shownEvents)
              .map((event) => [
                timeStamp(event.at, timeZone),
                oneLine(event.event, 120),
                event.severity,
                oneLine(event.source, 40),
              ]),
          },
        }
      : {}),
    attachment: {
      name: `${name}-events.csv`,
      mediaType: 'text/csv',
      content: csvOf(
        ['at', 'severity', 'source', 'event', 'raw'],
        events.map((event) => [
          event.at.toISOString(),
          event.severity,
          oneLine(event.source, 80),
          oneLine(event.event, 400),
          event.raw,
        ]),
      ),
    },
  };
}
