import type { Decision } from '../../policy/decide.ts';
import { listed } from '../format.ts';

/** Who would be asked, and how many of them: nobody, the one who asks, or others by name. */
export type Agreement =
  | { readonly by: 'nobody' | 'requester' }
  | { readonly by: 'others'; readonly needed: number; readonly approvers: readonly string[] };

/** What a decision that is no refusal means for people. Pure. */
export function agreementOf(
  decision: Exclude<Decision, { verdict: 'refuse' }>,
  nameOf: (principal: string) => string,
): Agreement {
  if (decision.verdict === 'approve')
    return { by: 'others', needed: decision.needed, approvers: decision.approvers.map(nameOf) };
  return { by: decision.verdict === 'confirm' ? 'requester' : 'nobody' };
}

/** `one of Lea and Lou`, `2 of Lea, Lou and Max`: those who would be asked. Pure. */
export function someOf({ needed, approvers }: Extract<Agreement, { by: 'others' }>): string {
  return `${needed === 1 ? 'one' : String(needed)} of ${listed(approvers, approvers.length, 5)}`;
}
