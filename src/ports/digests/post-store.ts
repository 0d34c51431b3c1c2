import type { View } from '../../messages/view.ts';
import type { Conversation, MessageAddress } from '../chat.ts';
import type { TrailEntry } from '../trail/trail-store.ts';

/** A message that is posted once and never edited. */
export interface NewPost {
  /** `post_...`; the key under which adapters post it. */
  readonly id: string;
  /** What it belongs to, for log and trail: `digest it-ops`. */
  readonly subject: string;
  readonly conversation: Conversation;
  /** Where it goes when the first place does not take it. */
  readonly fallback: Conversation | null;
  /** Id of the post in whose thread it goes; it then follows that one, wherever it went. */
  readonly below: string | null;
  readonly view: View;
}

/** Why a post did not go where it should: a ChatErrorCode, `platform_off`, or `unsure` (it may be there; nobody heard). */
export interface Moved {
  readonly from: Conversation;
  readonly code: string;
}

/** A post that somebody is to post now. */
export interface Post extends NewPost {
  /** Address of the post that it is below, when that one is in the same place. */
  readonly thread: MessageAddress | null;
  readonly moved: Moved | null;
  readonly createdAt: Date;
  /** Tries in this place that failed. */
  readonly failures: number;
  /** True when an earlier poster died before it could say how its try ended: the message may be there. */
  readonly isUnsure: boolean;
}

/**
 * Posts on their way. A try is recorded before the platform is called and its end after, so that a crash in between is seen as what it
 * is: not known.
 */
export interface PostStore {
  add(posts: readonly NewPost[], at: Date): Promise<void>;
  /**
   * Takes due posts for `leaseMs`, one per place, oldest first; each is taken by one caller. What goes below another waits for that one.
   */
  take(now: Date, leaseMs: number, limit: number): Promise<readonly Post[]>;
  posted(id: string, address: MessageAddress, at: Date): Promise<void>;
  /** The try failed and is repeated at `retryAt`. */
  putOff(id: string, retryAt: Date): Promise<void>;
  /** Sends it to its fallback instead, afresh, with the trail entry. */
  move(id: string, moved: Moved, trail: TrailEntry): Promise<void>;
  /** Gives it up, and what was to go below it, with the trail entry. */
  lose(id: string, trail: TrailEntry): Promise<void>;
  /** How many are still on their way. */
  open(): Promise<number>;
}
