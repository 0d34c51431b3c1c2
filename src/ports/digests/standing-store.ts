import type { AmtFacts } from '../amt.ts';

/** What a status read said of a PC. */
export interface StatusStanding extends Pick<AmtFacts, 'provisioningState' | 'controlMode' | 'certificateExpiresAt'> {
  readonly deviceId: string;
  readonly at: Date;
  /** 0 to 100; null where the firmware does not say. */
  readonly auditLogFullPercent: number | null;
}

/** What a comparison with the profile said of a PC. */
export interface DriftStanding {
  readonly deviceId: string;
  readonly at: Date;
  /** Count of settings that are not as the profile says. */
  readonly drifts: number;
}

/** What was found out about PCs last, for those who look at many. Calls that come at the same time share a transaction. */
export interface StandingStore {
  keepStatus(standing: StatusStanding): Promise<void>;
  keepDrift(standing: DriftStanding): Promise<void>;
}
