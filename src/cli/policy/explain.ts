import type { Worked } from '../../approvals/planner.ts';
import type { Refusal, Wish } from '../../approvals/wish.ts';
import { commandSpecs } from '../../commands/index.ts';
import { conversationOf, explainPolicy, momentOf } from '../../commands/policy/explain-policy.ts';
import type { People } from '../../identity/people.ts';
import { refusalCard } from '../../messages/cards/refusal-card.ts';
import { renderText } from '../../messages/text.ts';

/** Exit codes of `oob policy explain`. */
const exitCodes = { allow: 0, confirm: 3, approve: 3, refuse: 2 } as const;

/** One question from the command line. */
export interface ExplainOptions {
  readonly text: string;
  /** Id of the person who would ask. */
  readonly as: string;
  /** `PLATFORM:TENANT/CHANNEL`, or the id of a channel of the console. */
  readonly channel: string;
  /** An instant, or a date and time in the zone of the service; left out: now. */
  readonly at?: string;
  readonly now: Date;
  readonly timeZone: string;
  readonly people: People;
  readonly explain: (wish: Wish, at: Date) => Promise<Worked | Refusal>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Width of the terminal in characters. */
  readonly columns?: number;
}

/**
 * Prints what the policy would say. Resolves to the exit code: 0 done at once, 3 it would wait for somebody, 2 it would be refused, or
 * the question is not understood.
 */
export async function runPolicyExplain(options: ExplainOptions): Promise<number> {
  const { text, now, timeZone, people, explain, out, err } = options;
  const wrong = (problem: string) => {
    err(problem);
    return exitCodes.refuse;
  };
  const principal = people.byId(options.as);
  const known = people.all().map(({ id }) => id);
  if (!principal) return wrong(`There is nobody with the id "${options.as}". People: ${known.join(', ') || 'none'}.`);
  const conversation = conversationOf(options.channel);
  if (!conversation) return wrong(`--channel takes PLATFORM:TENANT/CHANNEL, not "${options.channel}".`);
  const at = momentOf(options.at, now, timeZone);
  if (!at) return wrong(`--at takes a date and time such as "2026-12-24 22:00", not "${options.at}".`);
  const question = { commandText: text, principal, conversation, at };
  const explained = await explainPolicy(question, { explain, commands: commandSpecs, people, timeZone });
  const width = options.columns === undefined ? {} : { columns: options.columns };
  out(renderText(explained.ok ? explained.view : refusalCard(explained), width));
  return explained.ok ? exitCodes[explained.verdict] : exitCodes.refuse;
}
