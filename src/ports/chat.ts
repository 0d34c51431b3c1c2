import type { View } from '../messages/view.ts';

/** The chat platforms there are adapters for. */
export const platforms = ['console', 'slack', 'teams'] as const;

/** One of `platforms`. */
export type Platform = (typeof platforms)[number];

/**
 * Who spoke, by ids that the platform never reassigns.
 * slack: workspace id and user id. teams: tenant id and Entra object id. console: `local` and the person's id.
 */
export interface Account {
  readonly platform: Platform;
  readonly tenant: string;
  readonly user: string;
}

/** A place to talk. `channel` is the platform's immutable id; `name` is for people only and may be missing. */
export interface Conversation {
  readonly platform: Platform;
  readonly tenant: string;
  readonly channel: string;
  readonly name?: string;
  /** True in a one-to-one conversation with the service. */
  readonly direct: boolean;
  /**
   * The adapter's own reference record (JSON), kept with what is posted there. Never read by the core. Empty for a place that
   * the configuration names: the adapter finds it by its ids.
   */
  readonly reference: Readonly<Record<string, string>>;
}

/** Address of one posted message; JSON, made and read by its adapter only, stored by the core. */
export interface MessageAddress {
  readonly platform: Platform;
  readonly reference: Readonly<Record<string, string>>;
}

/** One command or click as it arrived. */
export interface Invocation {
  /** Unique per thing the person did, the same for each redelivery of it. Key for dropping duplicates. */
  readonly key: string;
  readonly account: Account;
  /** Name the platform shows, for people only. */
  readonly displayName: string;
  readonly conversation: Conversation;
  /** A typed command without the `/oob` or the mention in front, or a pressed button's opaque id. */
  readonly what:
    | { readonly kind: 'command'; readonly text: string }
    | { readonly kind: 'action'; readonly id: string; readonly message: MessageAddress | null };
  /**
   * Answers the person who acted: only they see it where the platform can (`private`), otherwise it is a plain reply.
   * Usable for a few minutes. Rejects with ChatError.
   */
  readonly respond: (view: View) => Promise<void>;
}

/** What an adapter hands invocations to. It returns once the invocation is durably taken or refused; work goes on after. */
export type OnInvocation = (invocation: Invocation) => Promise<void>;

/** Somebody whom the adapter did not listen to, so that no invocation came of it. What the platform says of them is not proved. */
export interface TurnedAway {
  readonly platform: Platform;
  /** `tenant/user` as far as the platform told them. */
  readonly who: string;
  readonly why: 'foreign_workspace' | 'other_tenant' | 'no_identity' | 'guest' | 'unverified';
  /** The text that was said, or the id of the button that was pressed. */
  readonly what: { readonly kind: 'command'; readonly text: string } | { readonly kind: 'action'; readonly id: string };
}

/** Notes somebody who was turned away. Never rejects. */
export type OnTurnedAway = (turnedAway: TurnedAway) => Promise<void>;

/** Why the platform did not take a message. */
export type ChatErrorCode =
  | 'rate_limited'
  | 'platform_down'
  | 'not_allowed'
  | 'message_gone'
  | 'channel_gone'
  | 'token_revoked'
  | 'too_large'
  | 'rejected';

/**
 * A failed post or edit. `retryAfterMs` is set when the platform named a time; `retriable` says whether to try again at all.
 * `mayHavePosted` is true when the platform had the whole message and its answer was lost: the message may be there.
 */
export class ChatError extends Error {
  readonly code: ChatErrorCode;
  readonly retryAfterMs: number | null;
  readonly mayHavePosted: boolean;

  constructor(
    code: ChatErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number; mayHavePosted?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ChatError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.mayHavePosted = options.mayHavePosted ?? false;
  }

  get retriable(): boolean {
    return this.code === 'rate_limited' || this.code === 'platform_down';
  }
}

/** One chat platform. */
export interface ChatAdapter {
  readonly platform: Platform;
  /** Starts receiving. Resolves when messages can arrive and be posted. Whoever is not listened to is told to `onTurnedAway`. */
  start(onInvocation: OnInvocation, onTurnedAway?: OnTurnedAway): Promise<void>;
  /** True where a post under a key that was used before is known to be the same message: it can be repeated without harm. Default false. */
  readonly knowsKeys?: boolean;
  /** Stops receiving; posts already begun are finished. */
  stop(): Promise<void>;
  /**
   * Posts a new message; in the thread below `thread` when given. `key` is the same for each try of one message: where the platform
   * lets an adapter tell, what was posted under it is not posted again. Rejects with ChatError.
   */
  post(conversation: Conversation, view: View, thread?: MessageAddress, key?: string): Promise<MessageAddress>;
  /**
   * The same place for messages that come later: apart from what was said when it was met, and with all that posting there needs when
   * only platform, tenant and channel are known. Default: the conversation as it is.
   */
  placeOf?(conversation: Conversation): Conversation;
  /** Replaces a posted message. Rejects with ChatError (`message_gone` when it no longer exists). */
  update(address: MessageAddress, view: View): Promise<void>;
}
