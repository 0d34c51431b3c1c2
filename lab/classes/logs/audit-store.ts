import { createHash } from 'node:crypto';
import type { Device } from '../../device.ts';
import { numberOf } from '../../faults.ts';
import type { Persona } from '../../personas.ts';
import { perDevice } from '../per-device.ts';
import { auditEventsOf } from './audit-events.ts';
import { auditRecord, bigEndian, type Initiator, lengthAnd } from './audit-record.ts';

/** One record as it lies in the log. */
interface StoredRecord {
  readonly id: number;
  readonly atSeconds: number;
  readonly bytes: Buffer;
  readonly isSuperCritical: boolean;
}

/** Storage policies of AMT_AuditLog.StoragePolicy. `[class model]` */
export const storagePolicy = { noRollOver: 0, rollOver: 1, restrictedRollOver: 2 } as const;

/** The lock of SetAuditLock. */
interface AuditLock {
  readonly handle: number;
  /** True time, milliseconds since 1970. */
  untilMs: number;
  /** It allows unprovisioning instead of stopping the log. */
  readonly isForUnprovisioning: boolean;
}

/** The audit log of one device. */
export interface AuditStore {
  /** Oldest first. */
  records: StoredRecord[];
  usedBytes: number;
  readonly capacityBytes: number;
  isEnabled: boolean;
  storagePolicy: number;
  minDaysToKeep: number;
  /** Criticality by event id; an event that is not in it is not logged. */
  policy: ReadonlyMap<number, boolean>;
  lock: AuditLock | undefined;
  lastHandle: number;
  /** PKCS #1 key that exports are signed with, and its certificates, once they were set. */
  signing: { readonly key: Buffer; readonly lengths: readonly number[]; readonly certificates: Buffer } | undefined;
}

/**
 * The recorded log had 161 records and 92 % free: at some thirty bytes each that makes some 64 KB in all. `[capture]`
 */
const usualCapacityBytes = 65_536;
const almostFull = 0.85;
/** Records of that kind outlive a clearing. `[guide]` */
const keptSuperCritical = 5;
const daySeconds = 86_400;

/** Time by the device's clock, in seconds since 1970. */
export const deviceSeconds = (device: Device, nowMs: number): number =>
  Math.floor((nowMs + device.power.clockAheadMs) / 1000);

/** The audit log; enabled with the default policy from AMT 8 on, rolling over from 5.1 on. `[guide]` */
export const auditStore = perDevice<AuditStore>((device) => {
  const { persona, faults } = device;
  const fault = faults.get('audit-log-full') ?? faults.get('audit-log-almost-full');
  const store: AuditStore = {
    records: [],
    usedBytes: 0,
    capacityBytes: usualCapacityBytes,
    isEnabled: persona.generation >= 8,
    storagePolicy: persona.generation < 5.1 || fault ? storagePolicy.noRollOver : storagePolicy.rollOver,
    minDaysToKeep: 0,
    policy: defaultPolicy(persona),
    lock: undefined,
    lastHandle: 0,
    signing: undefined,
  };
  for (const record of history(device, fault ? numberOf(fault, 200) : 0)) append(store, record);
  const share = faults.has('audit-log-full') ? 1 : 0.9;
  return fault ? { ...store, capacityBytes: Math.floor(store.usedBytes / share) } : store;
});

const defaultPolicies = new Map<number, ReadonlyMap<number, boolean>>();

/** The policy of a device that nobody configured; all of one generation share it. */
function defaultPolicy(persona: Persona): ReadonlyMap<number, boolean> {
  let policy = defaultPolicies.get(persona.generation);
  if (!policy) {
    const events = [...auditEventsOf(persona).values()].filter(({ isDefault }) => isDefault);
    policy = new Map(events.map(({ id }) => [id, false]));
    defaultPolicies.set(persona.generation, policy);
  }
  return policy;
}

/** How a device came to where it is: provisioned by remote configuration, its clock set; then `more` power-ups. */
function history(device: Device, more: number): StoredRecord[] {
  const start = Math.floor(device.bornMs / 1000) - 30 * daySeconds;
  const admin: Initiator = { name: 'admin', address: '127.0.0.1' };
  const kinds = auditEventsOf(device.persona);
  const past: StoredRecord[] = [];
  const add = (id: number, initiator: Initiator, atSeconds: number, extended: Buffer) => {
    const kind = kinds.get(id);
    if (!kind) return;
    const bytes = auditRecord(id, initiator, atSeconds, extended);
    past.push({ id, atSeconds, bytes, isSuperCritical: kind.isSuperCritical });
  };
  // The clock of a device that was never set stands at 2004-01-01 12:00. [guide]
  add(1600, 'local', Date.UTC(2004, 0, 1, 12) / 1000, Buffer.alloc(0));
  add(2100, admin, start, bigEndian([4, start]));
  add(1601, admin, start + 30, remoteConfiguration(device));
  for (let n = past.length; n < more; n += 1) add(1700, admin, start + 60 + n * 600, Buffer.alloc(7));
  return past;
}

/**
 * Extended data of `provisioning completed` by remote configuration: method, kind and value of the root's hash, the
 * chain's serial numbers, whether there were more authorities, the server's name. intel/lms `[class model]`
 */
function remoteConfiguration(device: Device): Buffer {
  const root = createHash('sha256').update('oob lab root').digest();
  const serial = createHash('md5').update(device.site).digest();
  return Buffer.concat([
    Buffer.from([2, 2]),
    root,
    Buffer.from([1]),
    serial,
    Buffer.from([0]),
    lengthAnd('provisionserver.example'),
  ]);
}

function append(store: AuditStore, record: StoredRecord): void {
  store.records.push(record);
  store.usedBytes += record.bytes.length;
}

/** Drops the oldest record, but not one of the last that are kept whatever happens. */
function dropOldest(store: AuditStore): boolean {
  const kept = new Set(store.records.filter((one) => one.isSuperCritical).slice(-keptSuperCritical));
  const at = store.records.findIndex((one) => !kept.has(one));
  const [gone] = at < 0 ? [] : store.records.splice(at, 1);
  store.usedBytes -= gone?.bytes.length ?? 0;
  return gone !== undefined;
}

/** The lock that is in force; an old one, and one of the fault audit-locked, come and go by themselves. */
export function lockOf(device: Device, nowMs: number): AuditLock | undefined {
  const store = auditStore(device);
  const fault = device.faults.get('audit-locked');
  if (fault && fault.sinceMs === undefined) {
    fault.sinceMs = nowMs;
    store.lastHandle += 1;
    const untilMs = nowMs + numberOf(fault, Number.POSITIVE_INFINITY) * 1000;
    store.lock = { handle: store.lastHandle, untilMs, isForUnprovisioning: false };
  }
  if (store.lock && store.lock.untilMs <= nowMs) store.lock = undefined;
  return store.lock;
}

/** How full the log is, 0 to 1. */
export const fillOf = (store: AuditStore): number => Math.min(1, store.usedBytes / store.capacityBytes);

/** AuditState is almost full: from there on only critical events are written to a log that does not roll over. */
export const isAlmostFull = (store: AuditStore): boolean => fillOf(store) >= almostFull;

/** What becomes of an event. */
type Fate = 'written' | 'left-out' | 'refused';

/**
 * Writes an event as the policy, the lock and the room in the log allow. `[guide]`
 *
 * @returns refused: the event is critical and can't be written, so that it must not happen
 */
export function writeAudit(
  device: Device,
  id: number,
  options: { readonly initiator: Initiator; readonly nowMs: number; readonly extended?: Uint8Array },
): Fate {
  const kind = auditEventsOf(device.persona).get(id);
  if (!kind) return 'left-out';
  const store = auditStore(device);
  const { initiator, nowMs, extended = Buffer.alloc(0) } = options;
  if (!kind.isAlwaysLogged && !(store.isEnabled && store.policy.has(id))) return 'left-out';
  const isCritical = kind.isSuperCritical || (store.policy.get(id) === true && !kind.isNeverCritical);
  const lock = lockOf(device, nowMs);
  // The event of clearing is written although the auditor clears under the lock.
  if (lock && !lock.isForUnprovisioning && id !== 2000) return isCritical ? 'refused' : 'left-out';
  const atSeconds = deviceSeconds(device, nowMs);
  const bytes = auditRecord(id, initiator, atSeconds, extended);
  if (!makeRoom(store, bytes.length, isCritical, atSeconds)) return isCritical ? 'refused' : 'left-out';
  append(store, { id, atSeconds, bytes, isSuperCritical: kind.isSuperCritical });
  return 'written';
}

function makeRoom(store: AuditStore, bytes: number, isCritical: boolean, atSeconds: number): boolean {
  const fits = () => store.usedBytes + bytes <= store.capacityBytes;
  if (store.storagePolicy === storagePolicy.rollOver) {
    while (!fits()) if (!dropOldest(store)) return false;
    return true;
  }
  if (store.storagePolicy === storagePolicy.restrictedRollOver) {
    const isOld = () => (store.records[0]?.atSeconds ?? atSeconds) < atSeconds - store.minDaysToKeep * daySeconds;
    while (!fits() && isOld()) if (!dropOldest(store)) return false;
  }
  return fits() && (isCritical || !isAlmostFull(store));
}

/** Empties the log but for the records that outlive it. */
export function clearAudit(device: Device): void {
  const store = auditStore(device);
  store.records = store.records.filter((one) => one.isSuperCritical).slice(-keptSuperCritical);
  store.usedBytes = store.records.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** Adds records as they are: a test brings kinds that nothing in the lab causes. */
export function injectAudit(device: Device, records: readonly Buffer[], nowMs: number): void {
  const store = auditStore(device);
  const atSeconds = deviceSeconds(device, nowMs);
  for (const bytes of records) append(store, { id: 0, atSeconds, bytes, isSuperCritical: false });
}
