import type { NewPost } from './post-store.ts';

/** Which sites are meant, without regard to case; null: all. */
export type Sites = readonly string[] | null;

/** From `since`, included, to `until`, not included. */
export interface Window {
  readonly since: Date;
  readonly until: Date;
  readonly sites: Sites;
}

/** One wake-up run, begun in a window, as far as it went in the sites that are meant. */
export interface WakeUpRun {
  readonly runId: string;
  readonly requestId: string;
  readonly commandText: string;
  /** Principal id. */
  readonly requester: string;
  readonly startedAt: Date;
  /** Null while it is under way. */
  readonly endedAt: Date | null;
  /** PCs in those sites; `pending` have no outcome yet. */
  readonly total: number;
  readonly on: number;
  readonly pending: number;
  /** Count of those that did not come on by outcome code. */
  readonly byCode: Readonly<Record<string, number>>;
}

/** A PC that did not come on. */
export interface NotWoken {
  readonly requestId: string;
  readonly name: string;
  readonly site: string;
  /** Reason code. */
  readonly code: string;
}

/** Outcomes of wake-ups on one day, as clocks in the zone show it (`2026-11-23`), or at one site. */
export interface WakeUpCount {
  readonly of: string;
  readonly on: number;
  readonly notOn: number;
}

/** PCs that are alike in what a digest counts. */
export interface FleetCount {
  readonly site: string;
  /** `admin`, `client`: provisioned in that control mode; `provisioned`, `not_provisioned`; `not_asked`: no status read yet. */
  readonly status: string;
  readonly power: 'on' | 'asleep' | 'off' | 'unknown';
  /** First two numbers of the AMT version, such as `15.0`; empty when it was never seen. */
  readonly version: string;
  readonly devices: number;
}

/** PCs whose settings are not as their profile says. */
export interface DriftCount {
  /** PCs that were compared at all. */
  readonly compared: number;
  readonly drifting: number;
  /** Of those drifting, PCs that were as they should be before the change seen in the window. */
  readonly began: number;
  /** PCs that are as they should be since a change seen in the window. */
  readonly mended: number;
  /** The worst, most drifts first; bounded. */
  readonly worst: readonly {
    readonly name: string;
    readonly site: string;
    readonly drifts: number;
    readonly at: Date;
  }[];
}

/** A list that is cut, and how long it is. */
export interface Cut<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

/** What digests count, each in a few statements whatever the size of the fleet. */
export interface DigestFacts {
  /** Newest first. */
  wakeUpRuns(window: Window, limit: number): Promise<Cut<WakeUpRun>>;
  notWoken(window: Window, limit: number): Promise<Cut<NotWoken>>;
  wakeUpsByDay(window: Window, timeZone: string): Promise<readonly WakeUpCount[]>;
  /** Least success first. */
  wakeUpsBySite(window: Window): Promise<readonly WakeUpCount[]>;
  fleet(sites: Sites): Promise<readonly FleetCount[]>;
  /** The fleet as it stood at the last snapshot at or before `at`, else at the first one after; null when there is none. */
  fleetAt(at: Date, sites: Sites): Promise<{ readonly takenAt: Date; readonly counts: readonly FleetCount[] } | null>;
  /** Remembers how the fleet stands. A snapshot of that moment that is there already stays; those older than 400 days go. */
  keepFleet(at: Date): Promise<void>;
  drift(window: Window, limit: number): Promise<DriftCount>;
  /** Certificates of PCs that end before `until`, the first to end first. */
  certificates(
    until: Date,
    sites: Sites,
    limit: number,
  ): Promise<Cut<{ readonly name: string; readonly site: string; readonly expiresAt: Date }>>;
  /** Audit logs of PCs that are at least so full, the fullest first. */
  auditLogs(
    percent: number,
    sites: Sites,
    limit: number,
  ): Promise<Cut<{ readonly name: string; readonly site: string; readonly percent: number; readonly at: Date }>>;
}

/** Which digest has told what. */
export interface DigestStore {
  readonly facts: DigestFacts;
  /** Up to when the digest has covered what happened. A digest met for the first time has covered all until `now`. */
  coveredUntil(id: string, now: Date): Promise<Date>;
  /**
   * Records that the digest has covered all until `until`, with its posts and a snapshot of the fleet, in one transaction; false, and
   * nothing stored, when it no longer stood at `from`: another replica was first.
   */
  fire(id: string, from: Date, until: Date, posts: readonly NewPost[], at: Date): Promise<boolean>;
}
