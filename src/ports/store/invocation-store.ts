/** A command offered on a button ("Run it"), kept until it is pressed. */
export interface OfferedCommand {
  readonly actionId: string;
  /** The command without `/oob`. */
  readonly text: string;
  /** Only this principal may press it. */
  readonly principal: string;
  readonly offeredAt: Date;
}

/** Keys of what was already taken, and offers that wait for a click. */
export interface InvocationStore {
  /** True the first time this key is seen, false ever after (kept for a day). */
  claimKey(key: string, at: Date): Promise<boolean>;
  /** Drops keys and offers older than `before`. */
  forget(before: Date): Promise<void>;
  offer(offer: OfferedCommand): Promise<void>;
  /** Takes the offer for the principal it was made to: the first call gets it; later ones and other people get null. */
  takeOffer(actionId: string, principal: string): Promise<OfferedCommand | null>;
}

/** Messages of the local console's channels, which is a platform without a server of its own. */
export interface ConsoleLog {
  /** Appends a message, returns its number. `view` is JSON. One whose key is there already is replaced instead. */
  append(message: ConsoleMessageInput): Promise<number>;
  /** Replaces a message's view and raises its version; false when it does not exist. */
  replace(number: number, view: unknown, at: Date): Promise<boolean>;
  /** Messages of a channel with a change after `change`, oldest first; each has its own change number. */
  changes(channel: string, after: number, limit: number): Promise<readonly ConsoleMessage[]>;
  /** The last `limit` messages of a channel, oldest first. */
  latest(channel: string, limit: number): Promise<readonly ConsoleMessage[]>;
}

/** A message to be appended. `author` is a person's id or `oob`; `visibleTo` null shows it to everybody. */
export interface ConsoleMessageInput {
  readonly channel: string;
  readonly author: string;
  readonly visibleTo: string | null;
  readonly thread: number | null;
  readonly text: string | null;
  readonly view: unknown;
  readonly at: Date;
  /** The same for each try of one message. */
  readonly key?: string;
}

/** A stored console message. */
export interface ConsoleMessage extends Omit<ConsoleMessageInput, 'key'> {
  readonly number: number;
  /** Rises with every append and replace in the whole log. */
  readonly change: number;
  readonly editedAt: Date | null;
}
