import type { AuditRecord } from '../amt/audit-log.ts';

/** What a device's audit log was read for. Only an `export`, which somebody was handed, lets the log be cleared. */
export type ReadingPurpose = 'pull' | 'export';

/** A device's whole audit log at one moment, about to be kept. */
export interface AuditLogReading {
  /** `log_...`. */
  readonly id: string;
  readonly deviceId: string;
  readonly at: Date;
  readonly purpose: ReadingPurpose;
  /** Every record of the log, oldest first. */
  readonly records: readonly AuditRecord[];
  /** SHA-256, lower-case hex, over all raw records in order. */
  readonly hash: string;
}

/** A reading that is kept, without its records. */
export interface KeptReading {
  readonly id: string;
  readonly deviceId: string;
  readonly at: Date;
  readonly purpose: ReadingPurpose;
  /** Count of records. */
  readonly records: number;
  /** Time of the newest record by the device's clock; null for an empty log. */
  readonly lastRecordAt: Date | null;
  readonly hash: string;
}

/** Audit logs of devices, kept after the devices have forgotten them. */
export interface DeviceLogStore {
  /**
   * Keeps a reading and those of its records that were not kept before, in one transaction; it is durable when this resolves, to the
   * count of new records. Readings that come at the same time share a transaction. The same event logged twice is kept twice.
   */
  keep(reading: AuditLogReading): Promise<number>;
  /** The latest export of each device that has one. */
  latestExports(deviceIds: readonly string[]): Promise<readonly KeptReading[]>;
  /** Every record ever kept of a device, oldest first by the device's clock; the newest `limit`. */
  records(deviceId: string, limit: number): Promise<readonly AuditRecord[]>;
}
