/** One record of the platform event log (AMT_MessageLog), decoded. */
export interface EventRecord {
  readonly at: Date;
  readonly severity: 'unspecified' | 'monitor' | 'information' | 'ok' | 'non-critical' | 'critical' | 'non-recoverable';
  /** `BIOS`, `Intel ME`, ... */
  readonly source: string;
  /** `Authentication failed 3 times`, `No bootable media` ... or the raw numbers. */
  readonly event: string;
  /** The 21 bytes, hex. */
  readonly raw: string;
}

/** The platform event log. */
export interface AmtEventLog {
  /** Newest first, at most `limit`. Slots that were never written are left out. */
  read(limit: number): Promise<readonly EventRecord[]>;
  clear(): Promise<void>;
}
