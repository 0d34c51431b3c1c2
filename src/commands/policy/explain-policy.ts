import type { Worked } from '../../approvals/planner.ts';
import type { Refusal, Wish } from '../../approvals/wish.ts';
import type { People, Principal } from '../../identity/people.ts';
import { explainCard } from '../../messages/plan/explain-card.ts';
import type { View } from '../../messages/view.ts';
import { channelWord } from '../../policy/grants.ts';
import { type Conversation, platforms } from '../../ports/chat.ts';
import { readOperation } from '../../router/read-operation.ts';
import type { Command } from '../command-spec.ts';
import { instantOf } from '../wall-time.ts';

/** A question to the policy: what it would say to this command of this person, in this channel, at this time. */
export interface PolicyQuestion {
  readonly commandText: string;
  readonly principal: Principal;
  readonly conversation: Conversation;
  readonly at: Date;
}

/** What the answer is made from. */
export interface ExplainDeps {
  readonly explain: (wish: Wish, at: Date) => Promise<Worked | Refusal>;
  readonly commands: readonly Command[];
  readonly people: People;
  readonly timeZone: string;
}

/** The decision that would be made, with what every guard finds. Nothing is kept, nothing is sent. */
export async function explainPolicy(
  question: PolicyQuestion,
  { explain, commands, people, timeZone }: ExplainDeps,
): Promise<{ readonly ok: true; readonly view: View; readonly verdict: Worked['decision']['verdict'] } | Refusal> {
  const { principal, conversation, at } = question;
  const commandText = question.commandText.trim().replace(/^\/oob\s+/, '');
  const read = readOperation(commandText, commands, { now: at, timeZone });
  if (!read.ok) return { ok: false, code: 'bad_usage', details: [read.problem] };
  const { operation, parameters, targetWords, options } = read.asked;
  const reason = options.get('reason') ?? null;
  const worked = await explain(
    {
      ...{ principal, conversation, commandText, operation, parameters, targetWords, reason },
      breakGlass: options.has('break-glass'),
    },
    at,
  );
  if (!worked.ok) return worked;
  const view = explainCard({
    commandText,
    who: principal.name,
    channel: channelWord(conversation),
    at,
    timeZone,
    worked,
    nameOf: (id) => people.nameOf(id),
  });
  return { ok: true, view, verdict: worked.decision.verdict };
}

/** A channel as the policy writes it, `slack:T024/C123`; a bare id is one of the console. Null when it is neither. Pure. */
export function conversationOf(word: string): Conversation | null {
  if (/^[^:/\s]+$/.test(word))
    return { platform: 'console', tenant: 'local', channel: word, direct: false, reference: {} };
  const [, name, tenant, channel] = /^([a-z]+):([^/\s]+)\/(\S+)$/.exec(word) ?? [];
  const platform = platforms.find((each) => each === name);
  if (platform === undefined || tenant === undefined || channel === undefined) return null;
  return { platform, tenant, channel, direct: false, reference: {} };
}

/** `--at`: an instant, or a date and time in the zone; without it now. Null when it is none. Pure. */
export function momentOf(text: string | undefined, now: Date, timeZone: string): Date | null {
  return text === undefined ? now : instantOf(text, timeZone);
}
