import { createPrivateKey, sign } from 'node:crypto';
import type { ClassContext, ClassDefinition, Instance, Value } from '../class-definition.ts';
import { bytesArgument, numberArgument, numberArguments } from '../class-definition.ts';
import { datetime } from '../moments.ts';
import { realm } from '../realms.ts';
import { refusedByAudit } from './audit.ts';
import { auditStore, clearAudit, fillOf, isAlmostFull, lockOf, storagePolicy } from './audit-store.ts';

/** PT_STATUS values used here; which one is used when is a `[guess]` apart from 0. */
const status = {
  success: 0,
  notSupported: 1,
  invalidIndex: 35,
  invalidParameter: 36,
  invalidHandle: 2053,
  missingKeys: 2060,
  invalidKey: 2062,
} as const;

const stateBit = { disabled: 1, locked: 2, almostFull: 4, full: 8, noKey: 16 } as const;
const enabled = 2;
const disabled = 3;
const longestLockSeconds = 300;
const pageRecords = 10;

function auditState({ device, nowMs }: ClassContext): number {
  const store = auditStore(device);
  const rolls = store.storagePolicy === storagePolicy.rollOver;
  const fill = fillOf(store);
  return (
    (store.isEnabled ? 0 : stateBit.disabled) |
    (lockOf(device, nowMs) ? stateBit.locked : 0) |
    (!rolls && isAlmostFull(store) && fill < 1 ? stateBit.almostFull : 0) |
    (!rolls && fill >= 1 ? stateBit.full : 0) |
    (store.signing ? 0 : stateBit.noKey)
  );
}

/** Properties and order as recorded `[capture]`; MinDaysToKeep only when it matters `[guess]`. */
function instance(context: ClassContext): Instance {
  const store = auditStore(context.device);
  const last = store.records.at(-1);
  const state = store.isEnabled ? enabled : disabled;
  const minDays: [string, Value][] =
    store.storagePolicy === storagePolicy.restrictedRollOver ? [['MinDaysToKeep', store.minDaysToKeep]] : [];
  return {
    properties: [
      ['AuditState', auditState(context)],
      ['CurrentNumberOfRecords', store.records.length],
      ['ElementName', 'Intel(r) AMT Audit Log'],
      ['EnabledState', state],
      ['MaxAllowedAuditors', 1],
      ['MaxNumberOfRecords', 0],
      ...minDays,
      ['Name', 'Intel(r) AMT:Audit Log'],
      ['OverwritePolicy', store.storagePolicy === storagePolicy.noRollOver ? 7 : 2],
      ['PercentageFree', Math.floor((1 - fillOf(store)) * 100)],
      ['RequestedState', state],
      ['StoragePolicy', store.storagePolicy],
      ['TimeOfLastRecord', datetime(last?.atSeconds ?? 0)],
    ],
  };
}

/**
 * The audit log. Methods: intel/lms CIM classes `[class model]`. Everybody with the realm GeneralInfo may read, only
 * the auditor may change; the storage policy from 5.1 on `[guide]`, that it is set by a Put is a `[guess]`.
 */
export const auditLog: ClassDefinition = {
  name: 'AMT_AuditLog',
  keys: ['Name'],
  hasDatetime: true,
  since: 4,
  realms: { read: [realm.generalInfo, realm.auditLog], write: [realm.auditLog] },
  auditorWrites: true,
  putSince: 5.1,
  read: (context) => [instance(context)],
  schema:
    'ElementName:string= RequestedState:uint16= EnabledState:uint16= Name:string= MaxNumberOfRecords:uint64= ' +
    'CurrentNumberOfRecords:uint64= OverwritePolicy:uint16= PercentageFree:uint32= TimeOfLastRecord:datetime= ' +
    'AuditState:uint32= MaxAllowedAuditors:uint16= StoragePolicy:uint8 MinDaysToKeep:uint8',
  put({ device }, _instance, given) {
    const store = auditStore(device);
    const policy = numberArgument(given, 'StoragePolicy');
    const days = numberArgument(given, 'MinDaysToKeep');
    if (policy > storagePolicy.restrictedRollOver) return status.invalidParameter;
    if (!Number.isNaN(policy)) store.storagePolicy = policy;
    if (!Number.isNaN(days)) store.minDaysToKeep = days;
    return 'done';
  },
  methods: {
    ReadRecords: {
      input: 'StartIndex:uint32!',
      realms: [realm.generalInfo, realm.auditLog],
      invoke: ({ device }, given) => readRecords(auditStore(device).records, numberArgument(given, 'StartIndex')),
    },
    ClearLog: {
      input: '',
      auditorOnly: true,
      writes: true,
      invoke(context) {
        clearAudit(context.device);
        return refusedByAudit(context, 2000) ?? status.success;
      },
    },
    SetAuditLock: {
      input: 'LockTimeoutInSeconds:uint32 Flag:uint32! Handle:uint32',
      auditorOnly: true,
      invoke(context, given) {
        const seconds = numberArgument(given, 'LockTimeoutInSeconds');
        return setAuditLock(context, numberArgument(given, 'Flag'), numberArgument(given, 'Handle'), seconds);
      },
    },
    RequestStateChange: {
      input: 'RequestedState:uint16 TimeoutPeriod:datetime',
      auditorOnly: true,
      writes: true,
      invoke: (context, given) => requestState(context, numberArgument(given, 'RequestedState')),
    },
    SetSigningKeyMaterial: {
      input: 'SigningMechanismType:uint32! SigningKey:base64! LengthOfCertificates:uint16[]! Certificates:base64!',
      auditorOnly: true,
      writes: true,
      invoke({ device }, given) {
        const key = bytesArgument(given, 'SigningKey') ?? Buffer.alloc(0);
        try {
          createPrivateKey({ key, format: 'der', type: 'pkcs1' });
        } catch {
          return status.invalidKey;
        }
        const certificates = bytesArgument(given, 'Certificates') ?? Buffer.alloc(0);
        auditStore(device).signing = { key, certificates, lengths: numberArguments(given, 'LengthOfCertificates') };
        return status.success;
      },
    },
    ExportAuditLogSignature: {
      input: 'SigningMechanism:uint32!',
      auditorOnly: true,
      invoke: (context, given) => exportSignature(context, numberArgument(given, 'SigningMechanism')),
    },
  },
};

/** Up to ten records, oldest first, from an index that begins at 1. `[class model]` */
function readRecords(records: readonly { readonly bytes: Buffer }[], startIndex: number): number | Instance {
  const page = records.slice(Math.max(0, startIndex - 1), Math.max(0, startIndex - 1) + pageRecords);
  if (startIndex < 1 || (page.length === 0 && records.length > 0)) return status.invalidIndex;
  return {
    properties: [
      ['TotalRecordCount', records.length],
      ['RecordsReturned', page.length],
      ['EventRecords', page.map(({ bytes }) => bytes.toString('base64'))],
      ['ReturnValue', status.success],
    ],
  };
}

/** A lock is renewed and released with its own handle only; a log that is not locked needs none. `[class model]` */
function setAuditLock(context: ClassContext, flag: number, handle: number, seconds: number): number | Instance {
  const { device, nowMs } = context;
  const store = auditStore(device);
  const present = lockOf(device, nowMs);
  if (flag > 2) return status.invalidParameter;
  if (present && present.handle !== handle) return status.invalidHandle;
  if (flag === 2) {
    store.lock = undefined;
    return status.success;
  }
  if (!(seconds >= 1 && seconds <= longestLockSeconds)) return status.invalidParameter;
  if (!present) store.lastHandle += 1;
  store.lock = {
    handle: present?.handle ?? store.lastHandle,
    untilMs: nowMs + seconds * 1000,
    isForUnprovisioning: flag === 1,
  };
  return {
    properties: [
      ['Handle', store.lock.handle],
      ['ReturnValue', status.success],
    ],
  };
}

/** Without a signing key firmware before AMT 8 can't enable the log. `[class model]` */
function requestState(context: ClassContext, wanted: number): number {
  const store = auditStore(context.device);
  if (wanted !== enabled && wanted !== disabled) return status.notSupported;
  if (wanted === disabled) {
    refusedByAudit(context, 2002);
    store.isEnabled = false;
    return status.success;
  }
  if (context.device.persona.generation < 8 && !store.signing) return status.missingKeys;
  store.isEnabled = true;
  refusedByAudit(context, 2003);
  return status.success;
}

const mechanisms = ['sha1', 'sha256', 'sha384'] as const;

/** Over all records one after the other; what exactly firmware signs is not published. `[guess]` */
function exportSignature(context: ClassContext, mechanism: number): number | Instance {
  const { device, nowMs } = context;
  const { records, signing } = auditStore(device);
  const hash = mechanisms[mechanism];
  if (!hash) return status.invalidParameter;
  if (!signing) return status.missingKeys;
  const key = createPrivateKey({ key: signing.key, format: 'der', type: 'pkcs1' });
  const signature = sign(hash, Buffer.concat(records.map(({ bytes }) => bytes)), key);
  const at = (record: { readonly atSeconds: number } | undefined) => datetime(record?.atSeconds ?? 0);
  const properties: Instance['properties'] = [
    ['TotalRecordCount', records.length],
    ['StartLogTime', at(records[0])],
    ['EndLogTime', at(records.at(-1))],
    ['GenerationTime', datetime(Math.floor(nowMs / 1000))],
    ['UUID', device.uuid],
    ['FQDN', device.fqdn],
    ['SignatureMechanism', mechanism],
    ['Signature', signature.toString('base64')],
    ['LengthOfCertificates', signing.lengths],
    ['Certificates', signing.certificates.toString('base64')],
    ['ReturnValue', status.success],
  ];
  refusedByAudit(context, 2004);
  return { properties };
}
