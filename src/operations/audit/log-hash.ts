import { createHash } from 'node:crypto';
import type { AuditRecord } from '../../ports/amt/audit-log.ts';

/** SHA-256, lower-case hex, over all raw records in order: two readings with the same hash are the same log. */
export function hashOfLog(records: readonly AuditRecord[]): string {
  const hash = createHash('sha256');
  for (const { raw } of records) hash.update(`${raw}\n`);
  return hash.digest('hex');
}
