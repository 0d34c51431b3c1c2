import type { AuditPolicyEntry } from '../../ports/amt/audit-log.ts';

/** Events of one application of the access monitor: the last event id that an AMT version brought. */
interface GroupEvents {
  readonly appId: number;
  /** Oldest first. */
  readonly lastEvent: readonly (readonly [sinceAmt: number, eventId: number])[];
}

/**
 * Groups of events that the access monitor can log (Intel AMT Implementation and Reference Guide, "Audit Log", with the versions that it
 * names; intel/lms, lists of audit events). The watchdog (33) and BIOS (31) applications are left out, for their event ids are disputed.
 */
const groups = {
  'security-admin': {
    appId: 16,
    lastEvent: [
      [4, 14],
      [5, 17],
      [7, 18],
      [8, 19],
    ],
  },
  'remote-control': {
    appId: 17,
    lastEvent: [
      [4, 3],
      [6, 4],
      [9, 6],
      [10, 9],
    ],
  },
  redirection: {
    appId: 18,
    lastEvent: [
      [4, 7],
      [6, 11],
      [11, 12],
    ],
  },
  'firmware-update': { appId: 19, lastEvent: [[4, 1]] },
  'audit-log': {
    appId: 20,
    lastEvent: [
      [4, 4],
      [5.1, 5],
    ],
  },
  'network-time': {
    appId: 21,
    lastEvent: [
      [4, 0],
      [5.1, 2],
    ],
  },
  'network-admin': {
    appId: 22,
    lastEvent: [
      [4, 4],
      [6, 5],
    ],
  },
  'storage-admin': { appId: 23, lastEvent: [[4, 3]] },
  'event-manager': { appId: 24, lastEvent: [[4, 3]] },
  'system-defense': { appId: 25, lastEvent: [[4, 6]] },
  'agent-presence': { appId: 26, lastEvent: [[4, 2]] },
  wireless: {
    appId: 27,
    lastEvent: [
      [4, 2],
      [6, 4],
      [15, 5],
    ],
  },
  'endpoint-access': { appId: 28, lastEvent: [[5, 4]] },
  kvm: { appId: 29, lastEvent: [[6, 4]] },
  'user-consent': { appId: 30, lastEvent: [[6.2, 2]] },
  'screen-blanking': { appId: 32, lastEvent: [[11, 1]] },
} as const satisfies Readonly<Record<string, GroupEvents>>;

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
] as const satisfies readonly AuditGroup[];

/**
 * Events that firmware lets nobody make critical, by application id (Intel AMT Implementation and Reference Guide, "Security Admin
 * Events", "Security Audit Log Events"). From AMT 12 on the two of application 16 are critical whatever the policy says.
 */
const neverCritical: Readonly<Record<number, readonly number[]>> = { 16: [0, 1], 20: [0, 2, 3, 4, 5] };

/**
 * The events of a group that firmware of this version has, as the policy is set; none when it has no such group. One event that a
 * firmware does not know would make it refuse them all. With the version not known, those that came first.
 */
export function entriesOf(group: AuditGroup, amtVersion: string | null, critical = false): readonly AuditPolicyEntry[] {
  const { appId, lastEvent }: GroupEvents = groups[group];
  const version = Number.parseFloat(amtVersion ?? '');
  const last = Number.isNaN(version) ? lastEvent[0]?.[1] : lastEvent.findLast(([sinceAmt]) => version >= sinceAmt)?.[1];
  return Array.from({ length: (last ?? -1) + 1 }, (_, eventId) => ({
    appId,
    eventId,
    critical: critical && !neverCritical[appId]?.includes(eventId),
  }));
}

/** The group that an event belongs to; null for an application that is not known by name. */
export function groupOf(appId: number): AuditGroup | null {
  return auditGroups.find((group) => groups[group].appId === appId) ?? null;
}

/** A group's name, read from what a person typed; null when there is none of that name. */
export function auditGroupOf(word: string): AuditGroup | null {
  return auditGroups.find((group) => group === word.toLowerCase()) ?? null;
}
