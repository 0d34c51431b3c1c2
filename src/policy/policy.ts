import type { OperationName } from '../operations/operation.ts';
import type { Risk } from './risk.ts';

/** What a role may ask for: these operations, on these targets, in these channels. */
export interface Grant {
  readonly operations: readonly (OperationName | 'all')[];
  /** Target words; a device must be covered by one of them. */
  readonly targets: readonly string[];
  /** `any`, or `platform:tenant/channel`. */
  readonly channels: readonly string[];
}

/** What a role may decide on. */
export interface ApprovalGrant {
  readonly operations: readonly (OperationName | 'all')[];
  readonly targets: readonly string[];
}

/** What a role may do by breaking glass: without approvals, windows and freezes, and reviewed afterwards. Never what is an auditor's alone. */
export type BreakGlassGrant = ApprovalGrant;

/** Bounds on what one person can set off. */
export interface Limits {
  readonly devicesPerRequest: number;
  readonly requestsPerHour: number;
}

/** A named set of rights. Rights add up; what no role grants is refused. */
export interface Role {
  readonly id: string;
  readonly allow: readonly Grant[];
  readonly approve: readonly ApprovalGrant[];
  /** Of what `allow` grants, what may be done by breaking glass. Default: nothing. */
  readonly breakGlass?: readonly BreakGlassGrant[];
  /** May pause, resume and stop any run, and free PCs that an operation holds. */
  readonly administrator?: boolean;
  /** In place of the usual limits for what this role allows. */
  readonly limits?: { readonly [L in keyof Limits]?: number | undefined };
}

/**
 * What a rule is about. `all` among the operations means every operation that does more than look: what only looks has to be named.
 * A rule is about a device when one of the target words covers it.
 */
export interface Scope {
  /** Stands in decisions, cards and the trail. */
  readonly id: string;
  readonly operations: readonly (OperationName | 'all')[];
  readonly targets: readonly string[];
}

/** Lifts a request over more than `devicesOver` of its devices to this step of the ladder. */
export interface RiskRule extends Scope {
  readonly devicesOver: number;
  readonly risk: Risk;
}

/** Days of the week as `Date.getUTCDay` counts them. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** One of `weekdays`. */
export type Weekday = (typeof weekdays)[number];

/**
 * A maintenance window. On devices of its scope something is done only while one of the windows about them is open; while none
 * is, it is refused, or lifted to a step of the ladder.
 */
export interface MaintenanceWindow extends Scope {
  /** Days on which it opens. */
  readonly days: readonly Weekday[];
  /** Minutes after midnight at which it opens and closes by the clocks of the zone. Not after the opening: on the next day. */
  readonly fromMinutes: number;
  readonly toMinutes: number;
  /** IANA name. */
  readonly timeZone: string;
  readonly outside: 'refuse' | Risk;
}

/** A time in which nothing is done. */
export interface Freeze extends Scope {
  readonly from: Date;
  /** The first instant after it. */
  readonly to: Date;
  readonly reason: string;
}

/** Devices that are left out of plans. */
export interface Hold extends Scope {
  readonly reason: string;
  /** The first instant after it; null: until it is taken out of the configuration. */
  readonly until: Date | null;
}

/** The rules in force. `version` changes when any of them does. */
export interface Policy {
  readonly version: string;
  readonly roles: readonly Role[];
  readonly risks: Readonly<Record<OperationName, Risk>>;
  readonly rules: readonly RiskRule[];
  readonly windows: readonly MaintenanceWindow[];
  readonly freezes: readonly Freeze[];
  readonly holds: readonly Hold[];
  readonly limits: Limits;
  /** How often one person may break glass in an hour. */
  readonly breakGlassPerHour: number;
  /** From this step of the ladder on a reason has to be given; null: never. */
  readonly reasonFrom: Risk | null;
  readonly approvalExpiryMs: number;
  /** How long a request waits for its requester to confirm it. */
  readonly confirmExpiryMs: number;
}
