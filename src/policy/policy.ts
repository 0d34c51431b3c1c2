import type { Risk } from '../commands/command-spec.ts';
import type { OperationName } from '../operations/operation.ts';

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

/** A named set of rights. Rights add up; what no role grants is refused. */
export interface Role {
  readonly id: string;
  readonly allow: readonly Grant[];
  readonly approve: readonly ApprovalGrant[];
  /** May pause, resume and stop any run, and free PCs that an operation holds. */
  readonly administrator?: boolean;
}

/** The rules in force. `version` changes when any of them does. */
export interface Policy {
  readonly version: string;
  readonly roles: readonly Role[];
  readonly risks: Readonly<Record<OperationName, Risk>>;
  readonly limits: { readonly devicesPerRequest: number; readonly requestsPerHour: number };
  readonly approvalExpiryMs: number;
}
