import { eventsReport } from '../messages/reports/logs/events.ts';
import { endOf } from './finding.ts';
import type { Operation } from './operation.ts';

/** Events that are read when nobody says how many; the firmware keeps 390 at most. */
const usualEvents = 100;

/** Reads the platform event log, newest first. */
export function createReadEvents(deps: { readonly timeZone: string }): Operation {
  return {
    name: 'read-events',
    exclusive: false,
    async perform({ session, device, parameters }) {
      const events = await session.eventLog.read(Number(parameters.last ?? usualEvents));
      return endOf(session, 'ok', 'done', eventsReport({ name: device.name, events, timeZone: deps.timeZone }));
    },
  };
}
