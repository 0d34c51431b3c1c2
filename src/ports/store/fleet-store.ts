import type { StatusStanding } from '../digests/standing-store.ts';
import type { AmtStatus, KeptAmtStatus } from '../discovery/amt-status-store.ts';
import type { EarlierOutcome } from './wake-history.ts';

/** PCs of one site, by AMT status; those that nobody has looked at are `unknown`. */
export interface SiteFleetCount {
  readonly site: string;
  readonly devices: number;
  /** Last seen on. */
  readonly on: number;
  readonly statuses: Readonly<Partial<Record<AmtStatus, number>>>;
}

/** One PC in a list. */
export interface ListedDevice extends Pick<KeptAmtStatus, 'status' | 'subState'> {
  readonly name: string;
  /** Since when it has this AMT status; null where nobody has looked. */
  readonly since: Date | null;
  /** CIM power state seen last, null when never asked. */
  readonly powerState: number | null;
  readonly amtVersion: string | null;
  readonly seenAt: Date | null;
}

/** What a PC said of itself when its status was read last, and how it compared with its profile. Null: never. */
export interface DeviceStanding {
  readonly status: Omit<StatusStanding, 'deviceId'> | null;
  readonly compared: { readonly at: Date; readonly drifts: number } | null;
}

/** How a task on a PC ended, and the request that it belonged to. */
export interface PastOutcome extends Omit<EarlierOutcome, 'facts'> {
  readonly requestId: string;
}

/** The fleet for those who look through it: counted and cut by the database, whatever its size. */
export interface FleetStore {
  /** All sites in the order of their names, or one of them (without regard to case; none where it has no PCs). */
  bySite(site: string | null): Promise<readonly SiteFleetCount[]>;
  /** PCs of a site (without regard to case) and of one AMT status or of all (null), by name in natural order. */
  list(which: {
    readonly site: string;
    readonly status: AmtStatus | null;
    readonly limit: number;
    readonly offset: number;
  }): Promise<readonly ListedDevice[]>;
  standing(deviceId: string): Promise<DeviceStanding>;
  /** Ended tasks that were begun, the newest first. */
  outcomes(deviceId: string, limit: number): Promise<readonly PastOutcome[]>;
}
