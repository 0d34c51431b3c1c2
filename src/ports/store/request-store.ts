import type { OperationName } from '../../operations/operation.ts';
import type { PlanSummary } from '../../plan/summary.ts';
import type { Lifted } from '../../policy/break-glass.ts';
import type { Risk } from '../../policy/risk.ts';
import type { Conversation } from '../chat.ts';
import type { NewReview } from '../trail/review-store.ts';
import type { TrailEntry } from '../trail/trail-store.ts';
import type { NewCard } from './card-store.ts';
import type { TargetDevice } from './inventory-store.ts';

/**
 * Life of a request: `waiting` for approval, or for its requester to confirm it when it needs none, `approved` (may start), `running`, then one end:
 * `done`, `denied`, `expired`, `withdrawn`, `changed` (the plan no longer held when it was to start).
 */
export const requestStates = [
  'waiting',
  'approved',
  'running',
  'done',
  'denied',
  'expired',
  'withdrawn',
  'changed',
] as const;

/** One of `requestStates`. */
export type RequestState = (typeof requestStates)[number];

/** What buttons of a request's card do. */
export const requestVerbs = ['approve', 'deny', 'withdraw', 'confirm', 'retry', 'pause', 'resume', 'stop'] as const;

/** One of `requestVerbs`. */
export type RequestVerb = (typeof requestVerbs)[number];

/** A device that the words named but the plan leaves out, and why. */
export interface ExcludedDevice {
  readonly device: TargetDevice;
  /** Reason code. */
  readonly code: string;
  /** The rule and its reason, for people; empty when the code says it all. */
  readonly because: string;
}

/** A wish to break glass, as it was taken. */
export interface Glass {
  /** What was lifted, as each guard found it. None: nothing stood in the way, the request is an ordinary one. */
  readonly lifted: readonly Lifted[];
  /** The review that somebody else has to sign off; null where nothing was lifted. */
  readonly reviewId: string | null;
}

/** One person's yes or no. */
export interface Vote {
  readonly principal: string;
  readonly verdict: 'approve' | 'deny';
  readonly at: Date;
}

/** A plan that somebody asked for. */
export interface StoredRequest {
  readonly id: string;
  /** Rises by one with each change: compare-and-set key. */
  readonly version: number;
  readonly state: RequestState;
  readonly operation: OperationName;
  readonly parameters: Readonly<Record<string, string>>;
  /** The command as typed, bounded. */
  readonly commandText: string;
  /** The target words as typed; what a changed plan is resolved from again. */
  readonly targetWords: readonly string[];
  readonly reason: string | null;
  /** Principal id. */
  readonly requester: string;
  readonly conversation: Conversation;
  readonly planHash: string;
  readonly policyVersion: string;
  readonly deviceCount: number;
  /** Names of up to five devices, for titles. */
  readonly sampleNames: readonly string[];
  readonly excludedCount: number;
  /** The step of the ladder on which it stood when it was asked for. */
  readonly risk: Risk;
  readonly planSummary: PlanSummary;
  readonly approvalsNeeded: number;
  /** Ids of the principals who may approve, as they were when asked; re-checked at click time. */
  readonly approvers: readonly string[];
  readonly votes: readonly Vote[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly decidedAt: Date | null;
  /** Why it ended, where its state does not say it: what has changed. */
  readonly endNote: string | null;
  readonly runId: string | null;
  /** The request whose failed devices this one is about. */
  readonly retryOf: string | null;
  /** What became of `--break-glass`; null: it was not asked for. */
  readonly glass: Glass | null;
  /** Opaque button ids by what they do. */
  readonly actions: Readonly<Record<RequestVerb, string>>;
}

/** What is stored with a request that breaks glass. */
export interface BrokenGlass {
  readonly review: NewReview;
  readonly notices: readonly NewCard[];
  /** How often the person may do that since the time from which requests are counted. */
  readonly most: number;
}

/** Fields that a transition may set. */
export interface RequestChange {
  readonly state?: RequestState;
  readonly votes?: readonly Vote[];
  readonly decidedAt?: Date;
  readonly endNote?: string;
}

/** A fresh request; `version` starts at 1, `runId` and `endNote` at null. */
export type NewRequest = Omit<StoredRequest, 'version' | 'runId' | 'endNote'>;

/** Requests and their frozen device lists. */
export interface RequestStore {
  /**
   * Stores the request, its devices in the given order, those left out, its buttons and the trail entries, in one transaction. False,
   * and nothing stored, when there is one of that id, when it retries a request for which `retryOf` finds another one, or when its requester has made `rate.most`
   * requests at or after `rate.since`, or broken glass `broken.most` times since then: counted so that of many at once no more pass.
   * Default: any number. With `broken` its review and its notices are stored too.
   */
  create(
    request: NewRequest,
    devices: readonly TargetDevice[],
    excluded: readonly ExcludedDevice[],
    trail: readonly TrailEntry[],
    rate?: { readonly since: Date; readonly most: number },
    broken?: BrokenGlass,
  ): Promise<boolean>;
  /** The request that retries this one and was not denied, withdrawn, expired or overtaken by a changed plan. */
  retryOf(id: string): Promise<StoredRequest | null>;
  get(id: string): Promise<StoredRequest | null>;
  /** The request and verb behind an opaque button id. */
  findByAction(actionId: string): Promise<{ readonly request: StoredRequest; readonly verb: RequestVerb } | null>;
  /**
   * Applies the change when the version still is `fromVersion`, with the trail entries and the notices that tell of it, in one
   * transaction; null when it was not.
   */
  change(
    id: string,
    fromVersion: number,
    change: RequestChange,
    trail: readonly TrailEntry[],
    notices?: readonly NewCard[],
  ): Promise<StoredRequest | null>;
  /** Waiting requests, oldest first. */
  waiting(limit: number): Promise<readonly StoredRequest[]>;
  /** Waiting requests whose expiry is at or before `now`. */
  overdue(now: Date): Promise<readonly StoredRequest[]>;
  /** Latest requests, newest first. */
  latest(limit: number): Promise<readonly StoredRequest[]>;
  /** When the principal made requests, at or after `since`, oldest first. */
  timesBy(principal: string, since: Date): Promise<readonly Date[]>;
  devices(id: string): Promise<readonly TargetDevice[]>;
  excluded(id: string): Promise<readonly ExcludedDevice[]>;
}
