import type { AuditPolicyEntry } from '../../ports/amt/audit-log.ts';

/**
 * Groups of events that the access monitor can log: application id and event ids (Intel AMT Implementation and Reference Guide,
 * "Audit Log"; intel/lms, audit event lists).
 */
const groups = {
  'security-admin': { appId: 16, lastEvent: 19 },
  'remote-control': { appId: 17, lastEvent: 9 },
  redirection: { appId: 18, lastEvent: 12 },
  'firmware-update': { appId: 19, lastEvent: 1 },
  'audit-log': { appId: 20, lastEvent: 5 },
  'network-time': { appId: 21, lastEvent: 2 },
  'network-admin': { appId: 22, lastEvent: 5 },
  'storage-admin': { appId: 23, lastEvent: 3 },
  'event-manager': { appId: 24, lastEvent: 3 },
  'system-defense': { appId: 25, lastEvent: 6 },
  'agent-presence': { appId: 26, lastEvent: 2 },
  wireless: { appId: 27, lastEvent: 5 },
  'endpoint-access': { appId: 28, lastEvent: 4 },
  kvm: { appId: 29, lastEvent: 4 },
  'user-consent': { appId: 30, lastEvent: 2 },
  'screen-blanking': { appId: 32, lastEvent: 1 },
  watchdog: { appId: 33, lastEvent: 1 },
} as const;

/** Name of a group of audited events. */
export type AuditGroup = keyof typeof groups;

/** Every group, in the order of Intel's application ids. */
export const auditGroups = [
  'security-admin',
  'remote-control',
  'redirection',
  'firmware-update',
  'audit-log',
  'network-time',
  'network-admin',
  'storage-admin',
  'event-manager',
  'system-defense',
  'agent-presence',
  'wireless',
  'endpoint-access',
  'kvm',
  'user-consent',
  'screen-blanking',
  'watchdog',
] as const satisfies readonly AuditGroup[];

/** All events of a group, as the policy is set. */
export function entriesOf(group: AuditGroup, critical: boolean): readonly AuditPolicyEntry[] {
  const { appId, lastEvent } = groups[group];
  return Array.from({ length: lastEvent + 1 }, (_, eventId) => ({ appId, eventId, critical }));
}

/** The group that an event belongs to; null for an application that is not known by name. */
export function groupOf(appId: number): AuditGroup | null {
  return auditGroups.find((group) => groups[group].appId === appId) ?? null;
}

/** A group's name, read from what a person typed; null when there is none of that name. */
export function auditGroupOf(word: string): AuditGroup | null {
  return auditGroups.find((group) => group === word.toLowerCase()) ?? null;
}
