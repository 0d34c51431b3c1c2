import { ifThere } from '../../operations/finding.ts';
import type { AuditLogStatus, AuditRecord } from '../../ports/amt/audit-log.ts';
import type { AmtSession } from '../../ports/amt.ts';
import type { NewId } from '../../ports/clock.ts';
import type { Difference, FindingStore } from '../../ports/trail/finding-store.ts';
import { compareWithDeviceLog } from './compare.ts';
import { eventKey, tracedOperations } from './recorded-events.ts';

/** How far times may be apart that belong together: records tell whole seconds, and clocks are read through a network. */
const toleranceMs = 5_000;
/** Actions this long before the log's first record are looked up too: clocks that were never set tell a time of long ago. */
const marginMs = 24 * 60 * 60_000;

/** A log that was just read from a device, and kept. */
export interface PulledLog {
  readonly session: AmtSession;
  readonly deviceId: string;
  readonly status: AuditLogStatus;
  /** Every record, in the order of the log. */
  readonly records: readonly AuditRecord[];
  readonly readAt: Date;
}

/** Holds a pulled log against what the service did, and keeps the differences; resolves to those that are new. */
export type ReconcileLog = (pulled: PulledLog) => Promise<readonly Difference[]>;

/** Makes it. `userOf`: the AMT user of a credential by the credential's name, null when it is not known; never rejects. */
export function createLogReconciliation(deps: {
  readonly findings: FindingStore;
  readonly userOf: (credential: string) => Promise<string | null>;
  readonly newId: NewId;
}): ReconcileLog {
  const { findings, userOf, newId } = deps;
  return async ({ session, deviceId, status, records, readAt }) => {
    const driftSeconds = await ifThere(() => session.deviceClock.readDriftSeconds());
    const policy = await ifThere(() => session.auditLog.readPolicy());
    const oldest = Math.min(...records.map(({ at }) => at.getTime()), readAt.getTime());
    // Read after the log: whatever is in the log was claimed before, so it is among these.
    const since = new Date(Math.max(0, oldest - marginMs));
    const ground = await findings.groundOf(deviceId, since, tracedOperations);
    if (!ground) return [];
    const names = [...new Set(ground.actions.flatMap(({ credential }) => credential ?? []))];
    const users = new Map(await Promise.all(names.map(async (name) => [name, await userOf(name)] as const)));
    const { differences, judged } = compareWithDeviceLog(ground.actions, records, toleranceMs, {
      ...ground,
      readAt,
      clockAheadMs: driftSeconds === null ? null : driftSeconds * 1_000,
      status,
      audited: policy && new Set(policy.map(eventKey)),
      userOf: (credential) => users.get(credential) ?? null,
    });
    if (judged.length === 0 && differences.length === 0) return [];
    return findings.keep({
      deviceId,
      at: readAt,
      judged,
      differences: differences.map((difference) => ({ ...difference, id: newId('dif') })),
    });
  };
}
