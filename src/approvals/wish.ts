import type { Principal } from '../identity/people.ts';
import type { RefusalCode } from '../messages/reasons/reasons.ts';
import type { OperationName } from '../operations/operation.ts';
import type { Plan } from '../plan/freeze.ts';
import type { PlanSummary } from '../plan/summary.ts';
import type { Decision } from '../policy/decide.ts';
import type { Conversation } from '../ports/chat.ts';
import type { ExcludedDevice } from '../ports/store/request-store.ts';

/** A refusal with what was found; `suggestion` is a whole command that may have been meant. */
export interface Refusal {
  readonly ok: false;
  readonly code: RefusalCode;
  readonly details: readonly string[];
  readonly suggestion?: string;
}

/** What somebody asks for. */
export interface Wish {
  /** Id that its request gets; asked for again under the same one, it is the same request. Default: a new one. */
  readonly id?: string;
  readonly principal: Principal;
  readonly conversation: Conversation;
  readonly commandText: string;
  readonly operation: OperationName;
  readonly parameters: Readonly<Record<string, string>>;
  readonly targetWords: readonly string[];
  readonly reason: string | null;
  /** When that is due for which it begins earlier; windows go by that. Default: it is for now. */
  readonly dueAt?: Date;
  /** True when its requester need not be asked once more. Default: false. */
  readonly confirmed?: boolean;
  /** True when what stands in the way is to be lifted, as far as a role allows it. Default: false. */
  readonly breakGlass?: boolean;
  /** The request whose failed devices this is about; refused when somebody has asked for that already. */
  readonly retryOf?: string;
}

/** A wish that may be asked for: the frozen plan, whom it leaves out, what it looks like from afar, and what the policy says of it. */
export interface Considered {
  readonly ok: true;
  readonly plan: Plan;
  readonly excluded: readonly ExcludedDevice[];
  readonly summary: PlanSummary;
  readonly decision: Exclude<Decision, { verdict: 'refuse' }>;
}
