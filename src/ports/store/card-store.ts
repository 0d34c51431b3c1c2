import type { View } from '../../messages/view.ts';
import type { Conversation, MessageAddress } from '../chat.ts';

/**
 * `main`: the one message of a request. `exceptions`: what went wrong in its run, in the thread below. `notice`: shown as it
 * was kept, and edited only when it is given another text.
 */
export const cardKinds = ['main', 'exceptions', 'notice'] as const;

/** One of `cardKinds`. */
export type CardKind = (typeof cardKinds)[number];

/** A message, as a rule about a request, that is not posted yet. */
export interface NewCard {
  readonly id: string;
  /** Null for a notice that is about no request. */
  readonly requestId: string | null;
  readonly conversation: Conversation;
  /** Default `main`. */
  readonly kind?: CardKind;
  /** Id of the card in whose thread it goes, once that one is posted; null, the default: into the conversation itself. */
  readonly below?: string | null;
  /** What a notice says; null, the default, for the other kinds, which are rendered from how the request stands. */
  readonly view?: View | null;
}

/** One posted copy of a request's message. */
export interface Card extends Required<NewCard> {
  /** Address of the card that it is below. */
  readonly thread: MessageAddress | null;
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
  /** Adds a card that is not posted yet and is stale. Of cards of one id, and of exceptions below one card, only the first is added. */
  add(card: NewCard): Promise<void>;
  /** Marks all cards of a request but its notices as no longer showing the truth. */
  markStale(requestId: string): Promise<void>;
  /**
   * Takes stale cards that were shown before `shownBefore` and whose retry time has come; each is taken by one caller for `leaseMs`.
   * One that goes below another waits until that one has been posted.
   * Taking clears the stale mark, so a change during the edit marks it again.
   */
  takeStale(now: Date, shownBefore: Date, leaseMs: number, limit: number): Promise<readonly Card[]>;
  /** Gives a notice another text; its message is edited. */
  restate(cardId: string, view: View): Promise<void>;
  /** The edit went out. */
  shown(cardId: string, address: MessageAddress, hash: string, at: Date): Promise<void>;
  /** The edit failed; `retryAt` null gives it up. */
  failed(cardId: string, retryAt: Date | null): Promise<void>;
  /** Cards of a request, oldest first. */
  ofRequest(requestId: string): Promise<readonly Card[]>;
}
