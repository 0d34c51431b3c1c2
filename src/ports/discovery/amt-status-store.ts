import type { AmtStanding, AmtStatus } from '../../discovery/amt-status.ts';

export type { AmtStanding, AmtStatus } from '../../discovery/amt-status.ts';

/** What a PC is to us, as it was found out at a moment. */
export interface AmtStatusSeen extends AmtStanding {
  readonly deviceId: string;
  readonly at: Date;
}

/** What it is now, and since when. */
export interface KeptAmtStatus extends AmtStatusSeen {
  /** When status or sub-state changed last. */
  readonly since: Date;
}

/** AMT status of each PC with its history, and how often log-ins were tried. */
export interface AmtStatusStore {
  /** Keeps what is newer than what is known; a change of status or sub-state goes into the history. */
  keep(seen: readonly AmtStatusSeen[]): Promise<void>;
  of(deviceIds: readonly string[]): Promise<readonly KeptAmtStatus[]>;
  /** Changes of one PC, the newest first. */
  history(deviceId: string, limit: number): Promise<readonly Omit<KeptAmtStatus, 'since'>[]>;
  /** PCs of the inventory by status; those nobody has looked at are `unknown`. */
  counts(): Promise<Readonly<Partial<Record<AmtStatus, number>>>>;
  /**
   * Notes a log-in before it is tried, unless there were `most` of them at this address since `since`: then false, and nothing is noted.
   */
  takeLogIn(address: string, credential: string, at: Date, since: Date, most: number): Promise<boolean>;
}
