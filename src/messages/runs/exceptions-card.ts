import type { NamedOutcome, RunProgress, StoredRun } from '../../ports/runs/run-store.ts';
import type { StoredRequest } from '../../ports/store/request-store.ts';
import { withCode } from '../cards/refusal-card.ts';
import { count, plural } from '../format.ts';
import { operationWords } from '../operation-words.ts';
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
  const seen = ownEvidence(outcomes);
  const hasSeen = seen.some((text) => text !== '');
  const rows = outcomes.map(({ name, site, code }, at) => [name, site, code, ...(hasSeen ? [seen[at] ?? ''] : [])]);
  const more = bad - rows.length;
  if (more > 0) {
    const where = isOver ? 'in the file' : 'in the file at the end';
    rows.push([`and ${count(more)} more`, '', where, ...(hasSeen ? [''] : [])]);
  }
  const { notDone } = operationWords[request.operation];
  return {
    tone: 'warning',
    outcome: isOver ? 'some_failed' : 'working',
    title: `${plural(bad, 'PC')} did not ${notDone}${isOver ? '' : ' so far'}`,
    text: withCode([...causeSentences(progress.byCode), ...whyHint(outcomes)].join('\n')),
    table: { columns: ['PC', 'Site', 'Cause', ...(hasSeen ? ['Seen last'] : [])], rows },
    context: request.id,
  };
}

/** Causes that say what happened and not why: a look at one PC finds more. */
const puzzling = new Set(['unreachable', 'no_answer', 'connection_dropped', 'stayed_dark', 'packets_unanswered']);

function whyHint(outcomes: readonly NamedOutcome[]): readonly string[] {
  const example = outcomes.find(({ code }) => puzzling.has(code));
  return example ? [`\`/oob why ${example.name}\` looks for the cause at one PC.`] : [];
}

/** What was seen last of each PC, where it says more than the cause does: what several PCs show alike is left out. */
function ownEvidence(outcomes: readonly NamedOutcome[]): readonly string[] {
  const last = outcomes.map(({ evidence }) => evidence.at(-1) ?? '');
  const times = new Map<string, number>();
  for (const text of last) times.set(text, (times.get(text) ?? 0) + 1);
  return last.map((text) => (times.get(text) === 1 ? text : ''));
}
