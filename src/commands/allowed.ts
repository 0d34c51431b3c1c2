import type { Principal } from '../identity/people.ts';
import { grantsFor, isHere } from '../policy/grants.ts';
import type { Policy } from '../policy/policy.ts';
import type { Conversation } from '../ports/chat.ts';
import type { Command } from './command-spec.ts';

/** True when some role lets the person use the command in this channel, on whatever targets. Answers that act on no device are open to everybody known. */
export function isCommandAllowed(
  command: Command,
  principal: Principal,
  policy: Policy,
  conversation: Conversation,
): boolean {
  if (command.operations.length === 0) return true;
  return command.operations.some((operation) => grantsFor(principal, operation, policy).some(isHere(conversation)));
}
