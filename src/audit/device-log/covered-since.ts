import type { AuditLogStatus } from '../../ports/amt/audit-log.ts';
import type { PlacedRecord } from './place-records.ts';
import { eventKey } from './recorded-events.ts';

/** The last five of these survive clearing and roll-over (AMT 12 and later), so that they say nothing about what was between. */
const survivors: ReadonlySet<string> = new Set(['16/0', '16/1', '16/19', '17/4', '18/0', '18/4', '18/8']);
/** Cleared, policy changed, enabled, recovered: what was recorded before that is not known. */
const anew: ReadonlySet<string> = new Set(['20/0', '20/1', '20/3', '20/5']);

/**
 * From when on the log has everything that its policy wants: after it was last cleared, enabled, recovered, or given another policy, and
 * not before its oldest record that does not outlive a roll-over. Null: nothing can be said of it, as when it is off, or full without
 * rolling over. Pure.
 */
export function coveredSince(records: readonly PlacedRecord[], status: AuditLogStatus): Date | null {
  const drops = (status.almostFull || status.full) && status.storagePolicy !== 'roll-over';
  if (!status.enabled || status.locked || drops) return null;
  const events = records.map(({ record, at }) => ({ key: eventKey(record), at }));
  const oldest = events.find(({ key }) => !survivors.has(key));
  return events.findLast(({ key }) => anew.has(key))?.at ?? oldest?.at ?? null;
}
