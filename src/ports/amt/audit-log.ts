/** State of the access monitor's log (AMT_AuditLog). */
export interface AuditLogStatus {
  readonly enabled: boolean;
  readonly locked: boolean;
  /** 85 %: events that are not critical are no longer written. */
  readonly almostFull: boolean;
  readonly full: boolean;
  readonly storagePolicy: 'no-roll-over' | 'roll-over' | 'restricted-roll-over' | 'unknown';
  readonly minDaysToKeep: number | null;
  /** 0 to 100; null where the firmware does not say. */
  readonly percentageFree: number | null;
  readonly records: number;
  readonly lastRecordAt: Date | null;
}

/** Who did what a record tells. */
export type AuditInitiator =
  | { readonly kind: 'digest'; readonly user: string }
  | { readonly kind: 'kerberos'; readonly sid: string }
  | { readonly kind: 'local' }
  | { readonly kind: 'kvm' }
  /** A type that the decoder does not know; shown raw. */
  | { readonly kind: 'unknown'; readonly type: number };

/** One decoded record. Nothing is dropped: what is not known stands in `details` as hex. */
export interface AuditRecord {
  /** 1-based position in the device's log, oldest first. */
  readonly index: number;
  readonly at: Date;
  readonly appId: number;
  readonly eventId: number;
  /** `Remote control`, or `application 77`. */
  readonly app: string;
  /** `Performed power up`, or `event 12`. */
  readonly event: string;
  readonly initiator: AuditInitiator;
  /** Network address of the initiator; null where the record has none. */
  readonly address: string | null;
  /** Extended data in words. */
  readonly details: readonly { readonly label: string; readonly value: string }[];
  /** The whole record, base64. */
  readonly raw: string;
}

/** One event of the audit policy (AMT_AuditPolicyRule). */
export interface AuditPolicyEntry {
  readonly appId: number;
  readonly eventId: number;
  /** Critical events block the action when they cannot be written. */
  readonly critical: boolean;
}

/** The access monitor. Reading needs realm 13 or 20, everything else realm 20 (auditor). */
export interface AmtAuditLog {
  status(): Promise<AuditLogStatus>;
  /** All records, oldest first, read page by page to the end as it was when reading began. */
  readAll(): Promise<readonly AuditRecord[]>;
  enable(): Promise<void>;
  disable(): Promise<void>;
  readPolicy(): Promise<readonly AuditPolicyEntry[]>;
  /** Switches events on (critical or not) or off. */
  setPolicy(entries: readonly AuditPolicyEntry[], enable: boolean): Promise<void>;
  /** `minDaysToKeep` (0 to 255) belongs to the restricted roll-over and is needed there. */
  setStoragePolicy(
    policy: 'no-roll-over' | 'roll-over' | 'restricted-roll-over',
    minDaysToKeep?: number,
  ): Promise<void>;
  /** Holds the log's lock while `work` runs, and always gives it back. While it is held nothing is logged. */
  withLock<T>(work: () => Promise<T>): Promise<T>;
  clear(): Promise<void>;
}
