import type { NewCard } from '../store/card-store.ts';
import type { TrailEntry } from './trail-store.ts';

/** What somebody else has to look at because glass was broken. */
export interface NewReview {
  /** `rev_...`. */
  readonly id: string;
  readonly requestId: string;
  /** Id of the principal who broke the glass. */
  readonly requester: string;
  readonly openedAt: Date;
  /** Opaque id of the button that signs it off. */
  readonly actionId: string;
}

/** A review as it stands. */
export interface Review extends NewReview {
  /** Null while it is open. */
  readonly signedOff: SignOff | null;
}

/** Who answers for it that it was looked at. */
export interface SignOff {
  /** Principal id; never that of the requester. */
  readonly by: string;
  readonly at: Date;
  /** What they found; null when a button was pressed. */
  readonly note: string | null;
}

/** Reviews of broken glass. They are opened together with their request (RequestStore.create), and stay. */
export interface ReviewStore {
  /** Open ones, oldest first. */
  open(limit: number): Promise<readonly Review[]>;
  get(id: string): Promise<Review | null>;
  /** The review behind an opaque button id. */
  findByAction(actionId: string): Promise<Review | null>;
  /** How often the principal broke glass at or after `since`. */
  countBy(principal: string, since: Date): Promise<number>;
  /**
   * Closes a review that is open, with trail entries and notices in one transaction, and marks its request's cards as no longer showing
   * the truth. False, and nothing done, when it is not open or would be signed off by its requester: of many at once one counts.
   */
  signOff(id: string, signOff: SignOff, trail: readonly TrailEntry[], notices: readonly NewCard[]): Promise<boolean>;
}
