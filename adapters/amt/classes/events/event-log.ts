import type { AmtEventLog, EventRecord } from '../../../../src/ports/amt/event-log.ts';
import { AmtError } from '../../../../src/ports/amt.ts';
import type { Device } from '../device.ts';
import { decodeEvent, eventBytes } from './decode-event.ts';
import { messageLogClass } from './definitions.ts';

/** AMT takes no more in one GetRecords, and its log holds no more. */
const recordsPerPage = 390;
const maxPages = 20;
/** GetRecords and PositionToFirstRecord: there is no record. */
const noRecord = [2, 3] as const;

function bytesOf(record: string): Buffer {
  const bytes = Buffer.from(record, 'base64');
  if (bytes.length === eventBytes) return bytes;
  throw new AmtError('protocol_error', [`an event record has ${bytes.length} bytes instead of ${eventBytes}`]);
}

/** The platform event log by iteration (AMT_MessageLog). */
export function createEventLog(device: Device): AmtEventLog {
  const readPage = (IterationIdentifier: string) =>
    device.call(
      messageLogClass,
      'GetRecords',
      { IterationIdentifier, MaxReadRecords: recordsPerPage },
      { accepts: noRecord },
    );

  async function readAll(): Promise<EventRecord[]> {
    const first = await device.call(messageLogClass, 'PositionToFirstRecord', {}, { accepts: noRecord });
    const events: EventRecord[] = [];
    if (first.ReturnValue !== 0 || first.IterationIdentifier === undefined) return events;
    let iteration: string = first.IterationIdentifier;
    for (let page = 0; page < maxPages; page += 1) {
      const answer = await readPage(iteration);
      const records = answer.RecordArray ?? [];
      for (const record of records) {
        const event = decodeEvent(bytesOf(record));
        if (event !== null) events.push(event);
      }
      // Where the firmware leaves NoMoreRecords out, an empty page is the end.
      if (answer.NoMoreRecords === true || records.length === 0) return events;
      iteration = answer.IterationIdentifier ?? iteration;
    }
    throw new AmtError('protocol_error', ['the event log does not end']);
  }

  return {
    read: (limit) =>
      device.task(async () => {
        const events = await readAll();
        return events.sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, Math.max(0, limit));
      }),
    clear: () =>
      device.task(async () => {
        await device.call(messageLogClass, 'ClearLog', {});
      }),
  };
}
