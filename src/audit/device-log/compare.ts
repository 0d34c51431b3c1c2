import { createHash } from 'node:crypto';
import type { AuditLogStatus, AuditRecord } from '../../ports/amt/audit-log.ts';
import type { Comparison, Difference, EventKey, ServiceAction } from '../../ports/trail/finding-store.ts';
import { agreedOffset } from './agreed-offset.ts';
import { coveredSince } from './covered-since.ts';
import { type PlacedRecord, placeRecords } from './place-records.ts';
import { eventKey, isChange, tracesOf } from './recorded-events.ts';

/** A reading of a device's log, and what is known of the device. */
export interface LogReading {
  /** When it was read, by the service's clock. */
  readonly readAt: Date;
  /** Since when the service answers for the device. */
  readonly addedAt: Date;
  /** How far the device's clock was before ours then; null when it could not be read. */
  readonly clockAheadMs: number | null;
  readonly status: AuditLogStatus;
  /** Events that the device's policy has now; null when it could not be read. */
  readonly audited: ReadonlySet<EventKey> | null;
  /** Records that were not judged at an earlier reading, by digest. */
  readonly unjudged: ReadonlySet<string>;
  /** The AMT user of a credential; null when that is not known. */
  readonly userOf: (credential: string) => string | null;
}

/** What a comparison found: differences, and which records need no second look. */
export interface LogVerdict extends Pick<Comparison, 'judged'> {
  readonly differences: readonly Difference[];
}

/** A record's digest, by which it is known again. */
export const digestOf = ({ raw }: AuditRecord): string => createHash('sha256').update(raw).digest('hex');

/**
 * Holds what the device recorded against what the service did to it. A record is the trace of an action when its event is one that the
 * operation causes, its initiator is the AMT user that the action was done with, and its time is within the action's, give or take
 * `toleranceMs`. What is left over, and what left no trace where it had to, are the differences. Pure.
 */
export function compareWithDeviceLog(
  actions: readonly ServiceAction[],
  records: readonly AuditRecord[],
  toleranceMs: number,
  reading: LogReading,
): LogVerdict {
  const aheadMs = reading.clockAheadMs ?? agreedOffset(actions, records, toleranceMs);
  const placed = placeRecords(records, aheadMs);
  const traces = new Map(actions.map((action) => [action.runId, [...action.traces]]));
  /** By digest: what was logged twice in one second is judged once. */
  const judged = new Map<string, string | null>();
  const differences: Difference[] = [];
  for (const each of placed) {
    const digest = digestOf(each.record);
    if (!reading.unjudged.has(digest) || judged.has(digest)) continue;
    const action = causeOf(each, actions, traces, toleranceMs, reading);
    judged.set(digest, action?.runId ?? null);
    if (action) traces.get(action.runId)?.push(eventKey(each.record));
    else if (isOurs(each, reading, toleranceMs)) differences.push(unknownRecord(each, digest));
  }
  const since = coveredSince(placed, reading.status);
  if (since !== null)
    for (const action of actions)
      if (hasToBeIn(action, since, toleranceMs, reading) && leftNone(action, traces))
        differences.push(untraced(action));
  return { differences, judged: [...judged].map(([digest, runId]) => ({ digest, runId })) };
}

/** The action that the record is the trace of; of several the one that is nearest in time. */
function causeOf(
  { record, at }: PlacedRecord,
  actions: readonly ServiceAction[],
  traces: ReadonlyMap<string, readonly EventKey[]>,
  toleranceMs: number,
  { readAt, userOf }: LogReading,
): ServiceAction | null {
  const event = eventKey(record);
  const awayMs = (action: ServiceAction) =>
    Math.max(0, action.from.getTime() - at.getTime(), at.getTime() - (action.to ?? readAt).getTime());
  const [nearest] = actions
    .filter(
      (action) =>
        tracesOf[action.operation].may.includes(event) &&
        isByUser(record, action.credential === null ? null : userOf(action.credential)) &&
        awayMs(action) <= toleranceMs &&
        hasRoom(action, event, traces.get(action.runId) ?? []),
    )
    .sort((a, b) => awayMs(a) - awayMs(b));
  return nearest ?? null;
}

/** Names of AMT users are compared as the digest does: with case. Kerberos users are told by their SID, which says no name. */
const isByUser = ({ initiator }: AuditRecord, user: string | null): boolean =>
  (initiator.kind === 'digest' && (user === null || initiator.user === user)) ||
  (initiator.kind === 'kerberos' && (user === null || /[\\@]/.test(user)));

/** A power command leaves its event each time it was sent, and no more often. */
function hasRoom(action: ServiceAction, event: EventKey, seen: readonly EventKey[]): boolean {
  if (!tracesOf[action.operation].once) return true;
  const sentAgain = action.evidence.filter((line) => /^(AMT answered|command \d+ sent, answer lost)/.test(line)).length;
  return seen.filter((each) => each === event).length < action.attempts + sentAgain;
}

/** True when the service answers for what the record tells: a change, made since the device is in its inventory. */
function isOurs({ record, at }: PlacedRecord, { addedAt }: LogReading, toleranceMs: number): boolean {
  const isRemote = record.initiator.kind === 'digest' || record.initiator.kind === 'kerberos';
  return isChange(eventKey(record), isRemote) && at.getTime() >= addedAt.getTime() - toleranceMs;
}

function unknownRecord({ record, at }: PlacedRecord, digest: string): Difference {
  const { initiator, address, event: what } = record;
  const event = eventKey(record);
  return {
    subject: `record:${digest}`,
    kind: 'unknown_to_service',
    at,
    what,
    event,
    initiator,
    address,
    requestId: null,
  };
}

/** True when it was done for certain, is over, and the log has everything of that time that its policy wants. */
function hasToBeIn(
  { operation, isCertain, attempts, evidence, from, to }: ServiceAction,
  since: Date,
  toleranceMs: number,
  { audited, readAt }: LogReading,
): boolean {
  const { oneOf = [] } = tracesOf[operation];
  return (
    isCertain &&
    // After a crash nobody knows which attempt did it, if it was not somebody else. And waking the OS is no power command.
    attempts === 1 &&
    !evidence.some((line) => line.includes('Modern Standby')) &&
    to !== null &&
    from.getTime() - toleranceMs > since.getTime() &&
    to.getTime() + toleranceMs < readAt.getTime() &&
    oneOf.length > 0 &&
    audited !== null &&
    oneOf.every((event) => audited.has(event))
  );
}

function leftNone({ runId, operation }: ServiceAction, traces: ReadonlyMap<string, readonly EventKey[]>): boolean {
  const { oneOf = [] } = tracesOf[operation];
  return !(traces.get(runId) ?? []).some((event) => oneOf.includes(event));
}

function untraced({ runId, requestId, operation, from }: ServiceAction): Difference {
  return {
    subject: `run:${runId}`,
    kind: 'missing_on_device',
    at: from,
    what: operation,
    event: null,
    initiator: null,
    address: null,
    requestId,
  };
}
