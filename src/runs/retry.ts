import type { OperationName } from '../operations/operation.ts';
import type { Retry, RunPacing } from '../ports/runs/run-pacing.ts';
import type { ClaimedTask, Outcome } from '../ports/runs/run-store.ts';

/** Causes that pass by themselves: the PC did not answer. A wrong password or certificate is there at the next try too. */
const passing = new Set(['unreachable', 'no_answer', 'connection_dropped', 'device_overloaded', 'packets_unanswered']);

/** Results that were not verified, of operations that look before they act again. */
const unverified: Partial<Record<OperationName, string>> = { 'power-on': 'stayed_dark', 'power-off': 'stayed_on' };

/**
 * The next try of a task that failed; null when this was its end. Never for one whose effect is unknown, nor past the deadline of its site. Pure.
 */
export function retryOf(
  operation: OperationName,
  outcome: Pick<Outcome, 'status' | 'code'>,
  task: Pick<ClaimedTask, 'attempt' | 'tries'> & { readonly device: { readonly site: string } },
  pacing: RunPacing | undefined,
  now: Date,
): Retry | null {
  const rule = pacing?.sites[task.device.site];
  if (!rule || outcome.status !== 'failed' || (task.tries ?? 0) >= rule.retries) return null;
  if (!passing.has(outcome.code) && unverified[operation] !== outcome.code) return null;
  const at = new Date(now.getTime() + rule.retryDelayMs);
  const deadline = pacing.deadlines[task.device.site];
  return deadline !== undefined && at >= deadline ? null : { at, attempt: task.attempt };
}
