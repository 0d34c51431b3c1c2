import type { Refusal, Requests } from '../approvals/requests.ts';
import type { People, Principal } from '../identity/people.ts';
import type { View } from '../messages/view.ts';
import type { OperationName } from '../operations/operation.ts';
import type { Policy } from '../policy/policy.ts';
import type { Conversation } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

/** How much a command can do: look, act at once, or act only with another person's approval (unless the policy says more). */
export type Risk = 'read' | 'act' | 'peer';

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
  /** Whole commands without `/oob`. */
  readonly examples: readonly string[];
  readonly risk: Risk;
  /** Set when the words name targets and the command plans this operation on them. */
  readonly operation?: OperationName;
}

/** What a command that answers at once may look at. */
export interface AnswerContext {
  readonly principal: Principal;
  readonly conversation: Conversation;
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string>;
  readonly store: Store;
  readonly requests: Requests;
  readonly people: People;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly timeZone: string;
  readonly commands: readonly Command[];
}

/** A command with what it does: it plans `operation` on targets, or it answers. */
export type Command = CommandSpec &
  (
    | { readonly operation: OperationName }
    | {
        readonly operation?: never;
        readonly answer: (context: AnswerContext) => Promise<{ readonly ok: true; readonly view: View } | Refusal>;
      }
  );
