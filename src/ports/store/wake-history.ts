import type { OperationName } from '../../operations/operation.ts';
import type { OutcomeStatus } from '../runs/run-store.ts';
import type { Device } from './inventory-store.ts';

/** How an earlier task on a device ended. */
export interface EarlierOutcome {
  readonly operation: OperationName;
  readonly status: OutcomeStatus;
  readonly code: string;
  readonly evidence: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
  readonly endedAt: Date;
}

/** What the store knows that helps to find out why a PC did not wake. */
export interface WakeHistory {
  /** The last ended task of these operations on the device, in one of the last 5,000 runs; null when there is none. */
  lastOutcome(deviceId: string, operations: readonly OperationName[]): Promise<EarlierOutcome | null>;
  /** The last one that went well and noted this fact. */
  lastFact(deviceId: string, fact: string): Promise<{ readonly value: string; readonly at: Date } | null>;
  /** SMBIOS UUID from the hardware inventory; null when it was never read. */
  systemUuid(deviceId: string): Promise<string | null>;
  /**
   * Up to `limit` other devices, the ones seen last first: those whose address begins with `subnet` (such as `10.1.2.`), or of the
   * same site when it is null.
   */
  neighbours(device: Device, subnet: string | null, limit: number): Promise<readonly Device[]>;
}
