import type { NewPost } from '../digests/post-store.ts';
import type { TrailEntry } from '../trail/trail-store.ts';

/** What a look at a step came to. `unknown`: nothing measured it, or not lately. `not_applicable`: with the reason as evidence. */
export const findingStatuses = ['pass', 'warn', 'fail', 'unknown', 'not_applicable'] as const;

/** One of `findingStatuses`. */
export type FindingStatus = (typeof findingStatuses)[number];

/** One thing that was looked at for a step. */
export interface Evidence {
  /** What was looked at, in two or three words; unique within its step. */
  readonly check: string;
  /** What counts: `pass` where somebody answers for what was measured. */
  readonly status: FindingStatus;
  /** What the measurement itself came to. */
  readonly measured: FindingStatus;
  /** What was measured; one line each, no secrets. */
  readonly values: readonly string[];
  /** Machine that measured, or what kept the measurement. */
  readonly where: string;
  readonly at: Date;
  /** Until when it counts. */
  readonly until: Date;
  /** What to do; null when there is nothing to mend. */
  readonly mend: string | null;
  /** Command that mends it, without `/oob`; null when a person has to. */
  readonly command: string | null;
  /** No machine can measure it, so a person may answer for it. */
  readonly isAttestable: boolean;
  /** Who answers for it: then it counts as proved. Null when nobody does. */
  readonly attested: Pick<Attestation, 'id' | 'by' | 'reason' | 'until'> | null;
}

/** What a look at one step of one site came to. */
export interface StepFinding {
  readonly site: string;
  /** Id of the step. */
  readonly step: string;
  readonly status: FindingStatus;
  readonly evidence: readonly Evidence[];
  readonly measuredAt: Date;
  /** Until when all of its evidence counts. */
  readonly expiresAt: Date;
}

/** A finding as it is kept. */
export interface KeptFinding extends StepFinding {
  /** Since when the status has been this one. */
  readonly since: Date;
  /** Whether it failed when it was measured last; a look that found nothing out leaves this as it is. Null: never measured. */
  readonly isRed: boolean | null;
}

/** A status that a step had from a moment on. */
export interface StatusChange {
  readonly step: string;
  readonly status: FindingStatus;
  readonly at: Date;
}

/** A person who answers for what no machine can measure. */
export interface Attestation {
  readonly id: string;
  readonly site: string;
  readonly step: string;
  /** The checks that it is about. */
  readonly checks: readonly string[];
  /** Principal id. */
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
  readonly until: Date;
}

/** What is kept of checklists. Sites are told apart without regard to case. */
export interface ChecklistStore {
  /**
   * Keeps findings, newest only, with a change of status in the history; `change` says what is kept and posted, of what was kept before;
   * it is pure, for it may be called twice. One transaction: a step that turned red is posted about once, whoever else verifies.
   */
  keep(
    findings: readonly StepFinding[],
    change: (
      before: KeptFinding | null,
      finding: StepFinding,
    ) => { readonly kept: KeptFinding; readonly posts: readonly NewPost[]; readonly trail: readonly TrailEntry[] },
  ): Promise<void>;
  /** What is kept of each step of a site, in no order. */
  latest(site: string): Promise<readonly KeptFinding[]>;
  /** Statuses as they stood at `since`, and each change after it, oldest first. */
  changes(site: string, since: Date): Promise<readonly StatusChange[]>;
  attest(attestation: Attestation, entry: TrailEntry): Promise<void>;
  /** Ends those of a step that have not ended; false, and nothing written, when there is none. */
  withdraw(site: string, step: string, at: Date, entry: TrailEntry): Promise<boolean>;
  /** Those that have not ended at `now`, oldest first. */
  attestations(site: string, now: Date): Promise<readonly Attestation[]>;
  /** When all steps of a site were verified last; null: never. */
  verifiedAt(site: string): Promise<Date | null>;
  keepVerified(site: string, at: Date): Promise<void>;
  /** Up to when due times of re-verification have been seen to. Met for the first time: all until `now`. */
  sweptUntil(now: Date): Promise<Date>;
  /** False when it no longer stood at `from`: another replica was first. */
  sweep(from: Date, until: Date): Promise<boolean>;
}
