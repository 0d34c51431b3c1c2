import type { StoredRequest } from '../../ports/request-store.ts';
import type { NamedOutcome, RunProgress, StoredRun } from '../../ports/run-store.ts';
import { count, plural } from '../format.ts';
import { operationWords } from '../operation-words.ts';
import { withCode } from '../refusal-card.ts';
import type { View } from '../view.ts';
import { causeSentences } from './causes.ts';

/** Most PCs that the message lists; the file with the main message has all. */
export const listedExceptions = 50;

/** What went wrong in a run, for the thread below its main message: causes with their mends, then the PCs. Pure. */
export function exceptionsCard(facts: {
  readonly request: StoredRequest;
  readonly run: StoredRun;
  readonly progress: RunProgress;
  /** The bad ones, by name, at most `listedExceptions`. */
  readonly outcomes: readonly NamedOutcome[];
}): View {
  const { request, run, progress, outcomes } = facts;
  const bad = progress.failed + progress.unknown;
  const isOver = run.state === 'ended';
  const rows = outcomes.map((each) => [each.name, each.site, each.code, each.evidence.at(-1) ?? '']);
  const more = bad - rows.length;
  if (more > 0) rows.push([`and ${count(more)} more`, '', '', isOver ? 'in the file' : 'in the file at the end']);
  const { notDone } = operationWords[request.operation];
  return {
    tone: 'warning',
    outcome: isOver ? 'some_failed' : 'working',
    title: `${plural(bad, 'PC')} did not ${notDone}${isOver ? '' : ' so far'}`,
    text: withCode(causeSentences(progress.byCode).join('\n')),
    table: { columns: ['PC', 'Site', 'Cause', 'Seen last'], rows },
    context: request.id,
  };
}
