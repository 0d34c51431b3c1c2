import type { Requests } from '../approvals/requests.ts';
import type { Refusal } from '../approvals/wish.ts';
import type { ChecklistDesk } from '../checklist/checklist-desk.ts';
import type { Digests } from '../digest/digests.ts';
import type { Scans } from '../discovery/scans.ts';
import type { AccountLinking } from '../identity/link-account.ts';
import type { People, Principal } from '../identity/people.ts';
import type { View } from '../messages/view.ts';
import type { OperationName } from '../operations/operation.ts';
import type { Policy } from '../policy/policy.ts';
import type { Risk } from '../policy/risk.ts';
import type { Conversation } from '../ports/chat.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Store } from '../ports/store/store.ts';
import type { RunControl } from '../runs/control.ts';
import type { Schedules } from '../schedule/schedules.ts';

/** One option such as `--reason TEXT`. `value` is null for a flag. */
export interface OptionSpec {
  readonly name: string;
  readonly value: string | null;
  readonly summary: string;
}

/** A command as data. Help, suggestions, both app manifests and the README's table are made from these. */
export interface CommandSpec {
  /** The verb, one lower-case word. */
  readonly name: string;
  /** What it does, under 80 characters, starting with a verb. */
  readonly summary: string;
  /** What follows the verb, such as `TARGETS`. Empty when nothing does. */
  readonly usage: string;
  /** Fewest and most words after the verb, options not counted. */
  readonly words: { readonly least: number; readonly most: number };
  readonly options: readonly OptionSpec[];
  /** Options that it does not have stay among its words: another command follows. */
  readonly keepsOptions?: true;
  /** Whole commands without `/oob`. */
  readonly examples: readonly string[];
  /** How much it can do, unless the policy says more. */
  readonly risk: Risk;
  /** Every operation that it can plan; none for a command that only answers. */
  readonly operations: readonly OperationName[];
  /** Its forms, for a command whose first word says what is meant. */
  readonly forms?: readonly FormSpec[];
  /** Among the few that a short menu has room for. */
  readonly featured?: true;
}

/** One form of a command that has several, such as `audit pull TARGETS`. */
export interface FormSpec {
  /** The word after the verb. */
  readonly name: string;
  /** What it does, under 80 characters, starting with a verb. */
  readonly summary: string;
  /** What follows that word. */
  readonly usage: string;
  readonly risk: Risk;
  readonly operations: readonly OperationName[];
}

/** What a command that answers at once may look at. */
export interface AnswerContext {
  readonly principal: Principal;
  readonly conversation: Conversation;
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string>;
  readonly store: Store;
  readonly requests: Requests;
  readonly control: RunControl;
  readonly schedules: Schedules;
  readonly scans: Scans;
  readonly checklist: ChecklistDesk;
  readonly people: People;
  readonly linking: AccountLinking;
  readonly digests: Digests;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly timeZone: string;
  readonly commands: readonly Command[];
}

/** What a command answers: a view for the person who asked (null: what they asked for has a card of its own), or why not. */
export type Answer = (context: AnswerContext) => Promise<{ readonly ok: true; readonly view: View | null } | Refusal>;

/** What the words mean: an operation planned on targets, an answer at once, or a mistake with what would be right. */
export type Meaning =
  | {
      readonly kind: 'operation';
      readonly operation: OperationName;
      readonly parameters: Readonly<Record<string, string>>;
      readonly targetWords: readonly string[];
    }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'mistake'; readonly problem: string };

/** When and where a command was said, for words that name a time. */
export interface Moment {
  readonly now: Date;
  /** IANA zone of times without one. */
  readonly timeZone: string;
}

/** A command with what its words mean. `read` is pure. */
export interface Command extends CommandSpec {
  readonly read: (words: readonly string[], options: ReadonlyMap<string, string>, moment: Moment) => Meaning;
}

/** `read` of a command whose words are all targets. */
export function onTargets(operation: OperationName): Command['read'] {
  return (words) => ({ kind: 'operation', operation, parameters: {}, targetWords: words });
}

/** `read` of a command that answers at once. */
export function answering(answer: Answer): Command['read'] {
  return () => ({ kind: 'answer', answer });
}
