import type { AuditRecord } from '../../ports/amt/audit-log.ts';
import { eventKey } from './recorded-events.ts';

/** A record with the time of its event by the service's clock. */
export interface PlacedRecord {
  readonly record: AuditRecord;
  readonly at: Date;
}

/**
 * Times of records by the service's clock: the device's clock was `aheadMs` before ours when the log was read, and where it was set in
 * between ("Time set" tells the new time) the records before have the offset from before. A record whose time can't be read happened
 * when its neighbour did. `records` are in the order of the log. Pure.
 */
export function placeRecords(records: readonly AuditRecord[], aheadMs: number): readonly PlacedRecord[] {
  let offsetMs = aheadMs;
  let neighbour = records.at(-1)?.at ?? new Date(0);
  return records
    .toReversed()
    .map((record) => {
      if (record.initiator.kind === 'unknown') return { record, at: new Date(neighbour.getTime() - offsetMs) };
      const newTime = timeSetTo(record);
      // Whether the firmware stamps it with the old time or the new one: from the new one there is no jump.
      if (newTime !== null) offsetMs -= newTime - record.at.getTime();
      neighbour = record.at;
      return { record, at: new Date(record.at.getTime() - offsetMs) };
    })
    .toReversed();
}

function timeSetTo(record: AuditRecord): number | null {
  if (eventKey(record) !== '21/0') return null;
  const told = Date.parse(record.details.find(({ label }) => label === 'new time')?.value ?? '');
  return Number.isNaN(told) ? null : told;
}
