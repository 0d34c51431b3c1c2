import type { OperationName } from '../../operations/operation.ts';
import type { AuditInitiator } from '../amt/audit-log.ts';

/** An event of a device's audit log as a word: `17/0` is event 0 of application 17 (remote control, power up). */
export type EventKey = `${number}/${number}`;

/** Something the service did to a device, or is doing. */
export interface ServiceAction {
  readonly runId: string;
  readonly requestId: string;
  readonly operation: OperationName;
  /** The AMT credential that it was done with, by its name in the configuration; null when that was not noted. */
  readonly credential: string | null;
  /** When the first attempt was begun. */
  readonly from: Date;
  /** When its outcome was written; null while it is under way. */
  readonly to: Date | null;
  readonly attempts: number;
  /** True when it ended well and something was done through AMT: not when it was so already, by magic packets, or nobody knows. */
  readonly isCertain: boolean;
  readonly evidence: readonly string[];
  /** Events of records that were found to be its trace before. */
  readonly traces: readonly EventKey[];
}

/**
 * A difference between what the service did and what the device recorded. `unknown_to_service`: the device recorded a change that the
 * service did not make. `missing_on_device`: the service did something that the device should have recorded, and did not.
 */
export interface Difference {
  /** What it is about, so that it is found once: `record:` and the record's digest, or `run:` and the run's id. */
  readonly subject: string;
  readonly kind: 'unknown_to_service' | 'missing_on_device';
  /** When it happened by the service's clock. */
  readonly at: Date;
  /** What happened in words: the record's event, or the operation. */
  readonly what: string;
  readonly event: EventKey | null;
  readonly initiator: AuditInitiator | null;
  /** Network address of the initiator. */
  readonly address: string | null;
  /** The request that left no trace. */
  readonly requestId: string | null;
}

/** A difference that is kept until somebody answers for it. */
export interface DeviceFinding extends Omit<Difference, 'subject'> {
  /** `dif_...`. */
  readonly id: string;
  readonly deviceId: string;
  /** Inventory name of the device. */
  readonly device: string;
  readonly site: string;
  readonly foundAt: Date;
  readonly accepted: { readonly at: Date; readonly by: string; readonly reason: string } | null;
}

/** What is needed to hold a reading of a device's log against what was done to it. */
export interface ComparisonGround {
  /** Since when the device is in the inventory: for what was before, the service does not answer. */
  readonly addedAt: Date;
  /** Oldest first. */
  readonly actions: readonly ServiceAction[];
  /** Digests (SHA-256 of `raw`, hex) of its kept records that were not judged yet. */
  readonly unjudged: ReadonlySet<string>;
}

/** The result of a comparison, about to be kept. */
export interface Comparison {
  readonly deviceId: string;
  readonly at: Date;
  /** Records that need no second look, with the run that they are the trace of. */
  readonly judged: readonly { readonly digest: string; readonly runId: string | null }[];
  readonly differences: readonly (Difference & { readonly id: string })[];
}

/** Differences between the service's word and the devices' logs. */
export interface FindingStore {
  /** What was done to the device by these operations at or after `since`, at most the latest 1,000; null for an unknown device. */
  groundOf(deviceId: string, since: Date, operations: readonly OperationName[]): Promise<ComparisonGround | null>;
  /**
   * Keeps the result, with one `device_log_differs` trail entry when there is anything new, in one transaction. A difference that was
   * found before is not kept again, whether it is open or accepted. Resolves to those that are new.
   */
  keep(comparison: Comparison): Promise<readonly Difference[]>;
  /** Findings that nobody has accepted and that were found at or after `since`, oldest first, at most 1,000: for the digest. */
  openFindings(since: Date): Promise<readonly DeviceFinding[]>;
  /** Open findings, newest first, and how many there are in all; of all devices, or of those. */
  open(
    limit: number,
    deviceIds: readonly string[] | null,
  ): Promise<{ readonly findings: readonly DeviceFinding[]; readonly total: number }>;
  get(id: string): Promise<DeviceFinding | null>;
  /** Closes an open finding, with a `finding_accepted` trail entry in the same transaction; false when it is not open any more. */
  accept(id: string, answer: { readonly by: string; readonly at: Date; readonly reason: string }): Promise<boolean>;
}
