/** What the trail can say. Closed list, so that it can be searched and checked. */
export const trailKinds = [
  'service_started',
  'service_stopped',
  'refused',
  'click_refused',
  'refused_flood',
  'asked',
  'glass_broken',
  'review_signed_off',
  'approved',
  'confirmed',
  'denied',
  'withdrawn',
  'expired',
  'plan_changed',
  'run_started',
  'run_paused',
  'run_resumed',
  'run_stopped',
  'attempted',
  'retry_planned',
  'ended',
  'run_ended',
  'lock_forced',
  'account_linked',
  'account_unlinked',
  'inventory_imported',
  'certificate_revoked',
  'device_password_shown',
  'hello_listening',
  'host_accepted',
  'hello_forgotten',
  'agent_received',
  'provisioning_stage',
  'provisioning_stopped',
  'scan_started',
  'scan_stopped',
  'scan_ended',
  'step_attested',
  'attestation_withdrawn',
  'step_turned_red',
  'policy_changed',
  'policy_not_taken',
  'device_log_differs',
  'finding_accepted',
  'delivery_failed',
  'schedule_added',
  'schedule_changed',
  'schedule_removed',
  'schedule_paused',
  'schedule_resumed',
  'tick_asked',
  'tick_refused',
  'tick_missed',
  'tick_skipped',
] as const;

/** One of `trailKinds`. */
export type TrailKind = (typeof trailKinds)[number];

/** One line of the append-only trail, before it is chained. */
export interface TrailEntry {
  readonly at: Date;
  readonly kind: TrailKind;
  /** Principal id, `service`, or the platform account when nobody is known behind it. */
  readonly actor: string;
  readonly requestId: string | null;
  /** Inputs and outcome of the decision; JSON, no secrets. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A chained entry: `hash` = SHA-256 over the previous hash and this entry's canonical JSON. */
export interface ChainedEntry extends TrailEntry {
  readonly sequence: number;
  readonly previousHash: string;
  readonly hash: string;
}

/** The append-only trail. Store methods that change state take entries too and write them in the same transaction. */
export interface TrailStore {
  append(entries: readonly TrailEntry[]): Promise<void>;
  /** The last entry; null when there is none. */
  head(): Promise<{ readonly sequence: number; readonly hash: string } | null>;
  /** Entries after `sequence`, oldest first. */
  read(after: number, limit: number): Promise<readonly ChainedEntry[]>;
}
