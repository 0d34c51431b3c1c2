import type { AmtAuditLog, AuditLogStatus, AuditRecord } from '../../../../src/ports/amt/audit-log.ts';
import { AmtError } from '../../../../src/ports/amt.ts';
import { AmtRefusal } from '../../errors.ts';
import type { Device } from '../device.ts';
import { createAuditPolicy } from './audit-policy.ts';
import { type Auditor, explainMissingAuditor } from './auditor.ts';
import { decodeAuditRecord } from './decode-record.ts';
import { auditLogClass } from './definitions.ts';
import { makeSigningKey } from './signing-key.ts';

const stateBits = { disabled: 1, locked: 2, almostFull: 4, full: 8 } as const;
const storagePolicies = ['no-roll-over', 'roll-over', 'restricted-roll-over'] as const;
const enabledState = { on: 2, off: 3 } as const;
const lockFlags = { lock: 0, unlock: 2 } as const;
/** The longest that AMT grants. */
const lockSeconds = 300;
/** A lock older than this is renewed before the next request under it. */
const renewAfterMs = 120_000;
/** PT_STATUS PKI_MISSING_KEYS: firmware before AMT 8.0 first wants a key to sign exports with. */
const missingKeys = 2060;
/** SigningMechanismType RSA_SHA1: what every firmware that wants a key knows. */
const rsaSha1 = 0;
/** PT_STATUS INVALID_INDEX: there is no record at this index. */
const noSuchIndex = 35;
/** More than any firmware holds; ends a log that grows faster than it is read. */
const maxRecords = 100_000;
/** And in no more requests, though firmware may give one record at a time. */
const maxPages = 20_000;
/** All records together; a real one has less than 800 bytes. */
const maxLogBytes = 8_000_000;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function recordBytes(text: string): Buffer {
  const plain = text.replace(/\s+/g, '');
  if (base64.test(plain)) return Buffer.from(plain, 'base64');
  throw new AmtError('protocol_error', ['an audit record is not base64']);
}

/**
 * The access monitor: state, records, lock (AMT_AuditLog) and policy (AMT_AuditPolicyRule). What changes something, and all that is
 * done under the lock, is done by the auditor.
 */
export function createAuditLog(device: Device, { device: auditor, credential }: Auditor): AmtAuditLog {
  let lock: { readonly handle: number | undefined; readonly takenAtMs: number } | null = null;
  const reader = () => (lock === null ? device : auditor);
  const nowMs = () => device.clock.now().getTime();

  async function takeLock(handle: number | undefined): Promise<void> {
    const args = { LockTimeoutInSeconds: lockSeconds, Flag: lockFlags.lock, Handle: handle };
    const answer = await auditor.call(auditLogClass, 'SetAuditLock', args);
    lock = { handle: answer.Handle ?? handle, takenAtMs: nowMs() };
  }

  async function giveLockBack(handle: number | undefined): Promise<void> {
    lock = null;
    const args = { Flag: lockFlags.unlock, Handle: handle };
    await auditor.afterwards(() => auditor.call(auditLogClass, 'SetAuditLock', args));
  }

  async function renewLock(): Promise<void> {
    if (lock !== null && nowMs() - lock.takenAtMs > renewAfterMs) await takeLock(lock.handle);
  }

  async function withLock<T>(work: () => Promise<T>): Promise<T> {
    await takeLock(undefined);
    const handle = lock?.handle;
    let result: T;
    try {
      result = await work();
    } catch (error) {
      // The reason why the work failed is worth more than the reason why the lock can't be given back.
      await giveLockBack(handle).catch(() => {});
      throw error;
    }
    try {
      await giveLockBack(handle);
    } catch (error) {
      const evidence = error instanceof AmtError ? error.evidence : [];
      const code = error instanceof AmtError ? error.code : 'firmware_fault';
      const what = `the audit log's lock could not be given back; it ends by itself within ${lockSeconds} s`;
      throw new AmtError(code, [what, ...evidence], { cause: error, mayHaveActed: true });
    }
    return result;
  }

  async function status(): Promise<AuditLogStatus> {
    const { values } = await reader().get(auditLogClass);
    const state = values.AuditState ?? 0;
    const last = new Date(values.TimeOfLastRecord ?? '');
    return {
      enabled: (state & stateBits.disabled) === 0 && values.EnabledState !== enabledState.off,
      locked: (state & stateBits.locked) !== 0,
      almostFull: (state & stateBits.almostFull) !== 0,
      full: (state & stateBits.full) !== 0,
      storagePolicy: storagePolicies[values.StoragePolicy ?? -1] ?? 'unknown',
      minDaysToKeep: values.MinDaysToKeep ?? null,
      percentageFree: values.PercentageFree ?? null,
      records: Number(values.CurrentNumberOfRecords ?? 0n),
      lastRecordAt: Number.isNaN(last.getTime()) ? null : last,
    };
  }

  /** Reads to the end as it was when reading began: what is logged meanwhile belongs to the next reading. */
  async function readAll(): Promise<readonly AuditRecord[]> {
    const records: AuditRecord[] = [];
    let total = Number.POSITIVE_INFINITY;
    let bytes = 0;
    for (let pages = 0; records.length < total; pages += 1) {
      await renewLock();
      const args = { StartIndex: records.length + 1 };
      const page = await reader().call(auditLogClass, 'ReadRecords', args, { accepts: [noSuchIndex] });
      if (total === Number.POSITIVE_INFINITY) total = Math.min(page.TotalRecordCount ?? 0, maxRecords);
      const found = page.EventRecords ?? [];
      if (found.length === 0 && records.length < total) {
        throw new AmtError('protocol_error', [
          `the audit log ended at record ${records.length} of ${total}`,
          'It was cleared or disabled while it was read, or the firmware does not page',
        ]);
      }
      for (const one of found.slice(0, total - records.length)) {
        const raw = recordBytes(one);
        bytes += raw.length;
        records.push(decodeAuditRecord(raw, records.length + 1));
      }
      if (bytes > maxLogBytes || pages > maxPages)
        throw new AmtError('protocol_error', [
          `the audit log does not end: ${records.length} records, ${bytes} bytes so far`,
        ]);
    }
    return records;
  }

  async function setState(RequestedState: number): Promise<void> {
    await auditor.call(auditLogClass, 'RequestStateChange', { RequestedState });
  }

  async function enable(): Promise<void> {
    try {
      await setState(enabledState.on);
    } catch (error) {
      if (!(error instanceof AmtRefusal) || error.returnValue !== missingKeys) throw error;
      const { key, certificate } = await makeSigningKey(device.clock.now());
      await auditor.call(auditLogClass, 'SetSigningKeyMaterial', {
        SigningMechanismType: rsaSha1,
        SigningKey: key,
        LengthOfCertificates: [certificate.length],
        Certificates: certificate,
      });
      await setState(enabledState.on);
    }
  }

  async function setStoragePolicy(
    policy: (typeof storagePolicies)[number],
    minDaysToKeep: number | undefined,
  ): Promise<void> {
    const log = await auditor.get(auditLogClass);
    await auditor.put(auditLogClass, log, {
      StoragePolicy: storagePolicies.indexOf(policy),
      MinDaysToKeep: policy === 'restricted-roll-over' ? minDaysToKeep : undefined,
    });
  }

  const policy = createAuditPolicy(device, auditor);
  const change = <T>(work: () => Promise<T>) => explainMissingAuditor(credential, () => auditor.task(work));
  return {
    status: () => device.task(status),
    readAll: () => device.task(readAll),
    enable: () => change(enable),
    disable: () => change(() => setState(enabledState.off)),
    readPolicy: () => device.task(policy.read),
    setPolicy: (entries, enable) => change(() => policy.set(entries, enable)),
    setStoragePolicy: (to, minDaysToKeep) => change(() => setStoragePolicy(to, minDaysToKeep)),
    withLock: (work) => change(() => withLock(work)),
    clear: () =>
      change(async () => {
        await renewLock();
        await auditor.call(auditLogClass, 'ClearLog', {});
      }),
  };
}
