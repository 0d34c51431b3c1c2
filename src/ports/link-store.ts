import type { Account } from './chat.ts';

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

/** Links between platforms that people made themselves; those of the configuration are not here. */
export interface LinkStore {
  all(): Promise<readonly AccountLink[]>;
  /** Keeps an offer; an earlier one of the same account is dropped. */
  offer(offer: LinkOffer): Promise<void>;
  /** Takes the offer with this hash that has not expired: the first caller gets it, later ones null. */
  takeOffer(codeHash: string, now: Date): Promise<LinkOffer | null>;
  /** How many wrong codes the principal typed since `since`; older ones are forgotten. */
  misses(principal: string, since: Date): Promise<number>;
  noteMiss(principal: string, at: Date): Promise<void>;
  /** Links the account; false when it belongs to somebody already. */
  add(link: AccountLink): Promise<boolean>;
  /** Ends all links of the principal on the platform; returns how many there were. */
  remove(principal: string, platform: Account['platform']): Promise<number>;
}
