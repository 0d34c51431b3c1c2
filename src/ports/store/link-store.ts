import type { Account } from '../chat.ts';

/** An account that a person proved to be theirs. */
export interface AccountLink {
  readonly account: Account;
  /** Principal id. */
  readonly principal: string;
  readonly linkedAt: Date;
}

/** A code that waits to be typed by the person whom the account is to belong to. */
export interface LinkOffer {
  /** SHA-256 of the code, hex: the store never has the code itself. */
  readonly codeHash: string;
  /** The account that asked for the code. */
  readonly account: Account;
  /** Name that its platform shows, for the question only. */
  readonly displayName: string;
  readonly expiresAt: Date;
}

/** A code that somebody typed. */
export interface LinkGuess {
  /** SHA-256 of the code, hex. */
  readonly codeHash: string;
  /** Principal id of who typed it. */
  readonly principal: string;
  readonly at: Date;
  readonly limit: { readonly since: Date; readonly most: number };
}

/** The offer, to the first who types its code in time; a miss; or that there were too many already, oldest first. */
export type GuessResult =
  | { readonly kind: 'taken'; readonly offer: LinkOffer }
  | { readonly kind: 'miss' }
  | { readonly kind: 'too_many'; readonly misses: readonly Date[] };

/** Links between platforms that people made themselves; those of the configuration are not here. */
export interface LinkStore {
  all(): Promise<readonly AccountLink[]>;
  /** Keeps an offer; an earlier one of the same account is dropped. */
  offer(offer: LinkOffer): Promise<void>;
  /**
   * Takes the offer with this hash for the principal, or notes a wrong code. Whoever typed `limit.most` wrong ones at or after
   * `limit.since` gets nothing, be the code right or wrong: counted so that of many guesses at once no more are looked up. Misses
   * before `limit.since` are forgotten.
   */
  guess(guess: LinkGuess): Promise<GuessResult>;
  /** Links the account; false when it belongs to somebody already. */
  add(link: AccountLink): Promise<boolean>;
  /** Ends all links of the principal on the platform; returns how many there were. */
  remove(principal: string, platform: Account['platform']): Promise<number>;
}
