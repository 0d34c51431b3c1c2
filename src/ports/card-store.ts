import type { Conversation, MessageAddress } from './chat.ts';

/** One posted copy of a request's message. */
export interface Card {
  readonly id: string;
  readonly requestId: string;
  readonly conversation: Conversation;
  /** Null until it has been posted. */
  readonly address: MessageAddress | null;
  /** SHA-256 of the view shown last, so that the same is not sent twice. */
  readonly shownHash: string | null;
  /** Deliveries in a row that failed. */
  readonly failures: number;
}

/**
 * Addresses of posted messages: where each request's card is, and whether it shows the truth. A change of a request or of its run
 * marks its cards as stale in the same transaction.
 */
export interface CardStore {
  /** Adds a card that is not posted yet and is stale. */
  add(card: { readonly id: string; readonly requestId: string; readonly conversation: Conversation }): Promise<void>;
  /** Marks all cards of a request as no longer showing the truth. */
  markStale(requestId: string): Promise<void>;
  /**
   * Takes stale cards that were shown before `shownBefore` and whose retry time has come; each is taken by one caller for `leaseMs`.
   * Taking clears the stale mark, so a change during the edit marks it again.
   */
  takeStale(now: Date, shownBefore: Date, leaseMs: number, limit: number): Promise<readonly Card[]>;
  /** The edit went out. */
  shown(cardId: string, address: MessageAddress, hash: string, at: Date): Promise<void>;
  /** The edit failed; `retryAt` null gives it up. */
  failed(cardId: string, retryAt: Date | null): Promise<void>;
  /** Cards of a request, oldest first. */
  ofRequest(requestId: string): Promise<readonly Card[]>;
}
