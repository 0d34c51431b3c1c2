import type { RunProgress } from '../../ports/runs/run-store.ts';
import type { StoredRequest } from '../../ports/store/request-store.ts';
import type { Tick } from '../../ports/store/schedule-store.ts';
import { count, plural } from '../format.ts';
import { operationWords } from '../operation-words.ts';
import { reasonFor } from '../reasons/reasons.ts';

/** What became of the request of a due time. */
export interface TickOutcome {
  readonly request: StoredRequest;
  /** Null: it has no run. */
  readonly progress: RunProgress | null;
}

/** `94 of 100 on, 6 failed`, `waits for an approval`, `missed: The service was not there ...`. Pure. */
export function tickWords({ state, code }: Tick, outcome: TickOutcome | undefined): string {
  if (state === 'due') return 'being asked for';
  if (state === 'asked' || state === 'late') {
    const words = outcome ? outcomeWords(outcome) : 'asked';
    return state === 'late' ? `late: ${words}` : words;
  }
  return code === null ? state : `${state}: ${reasonFor(code).what.replace(/\.$/, '')}`;
}

const stateWords: Readonly<Partial<Record<StoredRequest['state'], string>>> = {
  denied: 'denied',
  expired: 'not approved in time',
  withdrawn: 'withdrawn',
  changed: 'not started, the plan had changed',
};

function outcomeWords({ request, progress }: TickOutcome): string {
  if (request.state === 'waiting')
    return request.approvalsNeeded === 0 ? 'waits for a confirmation' : 'waits for an approval';
  const over = stateWords[request.state];
  if (over !== undefined) return over;
  if (!progress) return 'starting';
  const { total, ok, failed, unknown, skipped } = progress;
  const parts = [
    `${count(ok)} of ${plural(total, 'PC')} ${operationWords[request.operation].done}`,
    ...(failed + unknown > 0 ? [`${count(failed + unknown)} failed`] : []),
    ...(skipped > 0 ? [`${count(skipped)} not begun`] : []),
  ];
  return `${request.state === 'running' ? 'running: ' : ''}${parts.join(', ')}`;
}
