import type { Principal } from '../identity/people.ts';
import type { RefusalCode } from '../messages/reasons/reasons.ts';
import type { OperationName } from '../operations/operation.ts';
import type { Conversation } from '../ports/chat.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';
import type { HeldGrant } from './grants.ts';
import type { HeldDevice } from './holds.ts';
import type { Policy } from './policy.ts';
import type { Risk } from './risk.ts';

/** What a decision is made from. Nothing else is looked at. */
export interface Question {
  readonly principal: Principal;
  readonly people: readonly Principal[];
  readonly operation: OperationName;
  /** Those that would be worked on. */
  readonly devices: readonly TargetDevice[];
  /** Those that a hold left out of them. */
  readonly held: readonly HeldDevice[];
  readonly conversation: Conversation;
  /** When this person made the requests of the last hour, oldest first. */
  readonly recentAt: readonly Date[];
  /** Why it is asked for; null when nobody said. */
  readonly reason: string | null;
  /** Set when glass is to be broken: how often this person did so in the last hour. */
  readonly glass?: { readonly recent: number };
  readonly now: Date;
  /**
   * When that is due for which it begins earlier, such as the activity for which PCs are woken. Windows are looked at then, freezes then as
   * well as now. Default, and when it is over: now.
   */
  readonly dueAt?: Date | null;
  /** Zone of the times in the answer. */
  readonly timeZone: string;
  readonly policy: Policy;
}

/** The moment by which windows go. Pure. */
export function activityAt({ now, dueAt }: Pick<Question, 'now' | 'dueAt'>): Date {
  return dueAt && dueAt > now ? dueAt : now;
}

/** A question with what several guards need of it. */
export interface Weighed extends Question {
  /** What the person's roles say of the operation, in any channel and on any targets. */
  readonly grants: readonly HeldGrant[];
  /** Those of them that hold in this channel. */
  readonly grantsHere: readonly HeldGrant[];
  readonly risk: Risk;
  /** People who could agree to it, never the one who asks. */
  readonly approvers: readonly string[];
}

/** Preconditions in the order in which they are looked at. */
export const guardNames = [
  'role',
  'channel',
  'targets',
  'holds',
  'size',
  'rate',
  'break-glass',
  'freezes',
  'windows',
  'reason',
  'approvers',
] as const;

/** One of `guardNames`. */
export type GuardName = (typeof guardNames)[number];

/**
 * What one guard found. `rule` names what of the policy made it so, for people; `skipped`: an earlier one makes it pointless; `lifted`:
 * it stands in the way, and the glass is broken.
 */
export type Finding =
  | { readonly state: 'holds' | 'skipped' | 'lifted'; readonly found: string }
  | {
      readonly state: 'fails';
      readonly found: string;
      readonly code: RefusalCode;
      readonly rule: string;
      readonly details: readonly string[];
    };

/** One precondition. Pure. */
export type Guard = (weighed: Weighed) => Finding;
