import { type OperationName, operationNames } from '../../operations/operation.ts';
import type { EventKey } from '../../ports/trail/finding-store.ts';

/** What an operation leaves in a device's audit log. */
export interface Traces {
  /** Events that it may cause. */
  readonly may: readonly EventKey[];
  /** One of these is recorded when it was done, as far as the device's policy has them all. None: it may leave nothing. */
  readonly oneOf?: readonly EventKey[];
  /** Each attempt causes an event once; one more is somebody else's. Default: as many as there are settings, accounts ... */
  readonly once?: true;
}

const nothing: Traces = { may: [] };
const power = (...events: readonly EventKey[]): Traces => ({ may: events, oneOf: events, once: true });

const accounts: readonly EventKey[] = ['16/2', '16/3', '16/4', '16/6'];
const auditPolicy: readonly EventKey[] = ['20/1'];
/** Set-up begun and done, certificates and keys given, MEBx and administrator, clock. */
const settingUp: readonly EventKey[] = ['16/0', '16/1', '16/8', '16/9', '16/10', '16/11', '16/12', '16/14'];
/** Certificates and roots added and removed, the one that TLS shows. */
const certificates: readonly EventKey[] = ['16/8', '16/9', '16/10', '16/11', '16/12'];
const settings: readonly EventKey[] = [
  ...(['16/7', '16/13', '16/14', '16/16', '16/17'] as const),
  ...(['18/2', '18/3', '18/6', '18/7', '18/10', '18/11'] as const),
  ...(['20/2', '20/3', '21/0', '21/1', '21/2', '22/0', '22/1', '22/2', '22/3', '22/4', '22/5'] as const),
  ...(['27/0', '27/1', '27/2', '27/3', '27/4', '27/5', '29/0', '29/1', '29/2', '30/0'] as const),
];

/**
 * The events by operation: Intel AMT Implementation and Reference Guide, "Access Monitor Auditable Events". Every operation stands here:
 * one that is missing would have its own traces taken for a stranger's.
 */
export const tracesOf: Readonly<Record<OperationName, Traces>> = {
  'power-on': power('17/0'),
  'power-off': power('17/1'),
  // With --then-hard the hard one may follow.
  'shut-down': { may: ['17/5', '17/1'], oneOf: ['17/5', '17/1'], once: true },
  'power-cycle': power('17/2'),
  reset: power('17/3'),
  boot: {
    may: ['17/4', '17/0', '17/2', '17/3', '18/0', '18/1', '18/2'],
    oneOf: ['17/0', '17/2', '17/3'],
  },
  'read-status': nothing,
  diagnose: nothing,
  verify: nothing,
  discover: nothing,
  'read-events': nothing,
  'read-inventory': nothing,
  'pull-audit-log': nothing,
  'export-audit-log': { may: ['20/4'] },
  'enable-audit-log': { may: ['20/3'] },
  'disable-audit-log': { may: ['20/2'] },
  'clear-audit-log': { may: ['20/0'] },
  'read-audit-policy': nothing,
  'set-audit-policy': { may: auditPolicy, oneOf: auditPolicy },
  'sync-time': { may: ['21/0'], oneOf: ['21/0'] },
  'read-alarms': nothing,
  'set-alarm': nothing,
  'clear-alarm': nothing,
  'read-accounts': nothing,
  'apply-accounts': { may: accounts },
  'prune-accounts': { may: accounts },
  'read-settings': nothing,
  'diff-settings': nothing,
  'apply-settings': { may: [...settings, ...auditPolicy] },
  provision: { may: [...settingUp, ...accounts, ...settings, ...auditPolicy] },
  update: { may: [...accounts, ...settings, ...auditPolicy, ...certificates] },
  'renew-certificates': { may: certificates },
  // The administrator's account, and the key of Kerberos with its settings.
  'rotate-passwords': { may: ['16/3', '16/13', '16/14'], oneOf: ['16/3'] },
  unprovision: { may: ['16/19'] },
  'unprovision-fully': { may: ['16/19'] },
};

/** Operations that leave something: those that a comparison has to know of. */
export const tracedOperations: readonly OperationName[] = operationNames.filter(
  (name) => tracesOf[name].may.length > 0,
);

/**
 * Events that change nothing: a log-in that failed, sessions that ended, the log recovered or exported, posture, consent codes typed in.
 * Whoever opened the session, or acted after the consent, has an event of its own.
 */
const changesNothing: ReadonlySet<string> = new Set<EventKey>([
  ...(['16/5', '18/1', '18/5', '18/9', '18/12', '19/1', '20/4', '20/5', '28/3'] as const),
  ...(['29/3', '29/4', '30/1', '30/2', '32/1'] as const),
]);

/** BIOS management and watchdog: which events these are is disputed, and the PC causes them by itself. */
const disputed: ReadonlySet<number> = new Set([31, 33]);

/** True when the record of such an event tells a change that somebody has to have made. */
export function isChange(event: EventKey, isRemote: boolean): boolean {
  const appId = Number(event.split('/')[0]);
  return !changesNothing.has(event) && (isRemote || !disputed.has(appId));
}

/** The event of a record, or of an entry of the audit policy. */
export function eventKey({ appId, eventId }: { readonly appId: number; readonly eventId: number }): EventKey {
  return `${appId}/${eventId}`;
}
