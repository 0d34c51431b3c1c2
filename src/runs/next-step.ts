import type { LimitHit, RunStand } from '../ports/runs/run-store.ts';
import { isOver } from './failure-limit.ts';

/** Part of a wave that may still be under way when the next one begins, so that one slow PC does not hold up all. */
const stragglers = 0.1;

/** What is to be done with a run as it stands. */
export type NextStep =
  /** Tasks of a released wave are pending: claim them. */
  | { readonly kind: 'claim' }
  /** The moment of waiting tasks has come. */
  | { readonly kind: 'ready' }
  /** The deadline of a site has passed: what is pending there is ended as it stands. */
  | { readonly kind: 'expire' }
  /** What is under way, or waits for its moment, has to end first. */
  | { readonly kind: 'wait' }
  /** The wave has ended well enough: release the next one. */
  | { readonly kind: 'release' }
  /** The canary ended too badly. */
  | { readonly kind: 'pause'; readonly hit: Omit<LimitHit, 'byCode'> }
  /** The run was stopped, and tasks that a dead worker left have to be ended. */
  | { readonly kind: 'cancel' }
  /** Nothing to do for now, or never again; a person may change that. */
  | { readonly kind: 'leave' }
  /** Every task has ended, or is about to. */
  | { readonly kind: 'finish' };

/** Decides how a run goes on. Pure; whoever acts on it does so by compare-and-set. */
export function nextStep(stand: RunStand, now: Date): NextStep {
  if (stand.state === 'ended') return { kind: 'leave' };
  if (!stand.hasPending) return { kind: 'finish' };
  if (stand.state === 'stopping') return { kind: 'cancel' };
  if (stand.deadlineAt !== null && now >= stand.deadlineAt) return { kind: 'expire' };
  if (stand.state === 'paused') return { kind: 'leave' };
  if (stand.nextAt !== null && now >= stand.nextAt) return { kind: 'ready' };
  if (stand.sites.length > 0) return { kind: 'claim' };
  const { wave, failureLimit } = stand;
  // What is to be tried again has not ended either: a wave that hangs is not followed by the next.
  const running = stand.running + stand.waiting;
  const isCanary = stand.hasCanary && wave === 1;
  if (running > (isCanary ? 0 : (stand.sizes[wave - 1] ?? 0) * stragglers)) return { kind: 'wait' };
  if (wave >= stand.sizes.length) return { kind: 'wait' };
  const { failed, ended } = stand.sinceRelease;
  if (isCanary && failureLimit && isOver(failed, ended, failureLimit.percent))
    return { kind: 'pause', hit: { among: 'canary', failed, of: ended, percent: failureLimit.percent } };
  return { kind: 'release' };
}
