import type { People } from '../identity/people.ts';
import { operationWords } from '../messages/operation-words.ts';
import { outcomesCsv } from '../messages/reports/outcomes-csv.ts';
import { requestCard, shownOutcomes } from '../messages/request-card.ts';
import { exceptionsCard, listedExceptions } from '../messages/runs/exceptions-card.ts';
import { wholeOnCard } from '../messages/runs/run-end-card.ts';
import type { View } from '../messages/view.ts';
import type { StoredRequest } from '../ports/request-store.ts';
import type { RunProgress, StoredRun } from '../ports/run-store.ts';
import type { Store } from '../ports/store.ts';
import type { RequestViews } from './delivery.ts';

const mostCsvRows = 50_000;
/** Files of single PCs that are put together into a run's; what is more is left out and said. */
const mostFileChars = 4_000_000;
const rememberedSites = 500;

/** Gathers what the messages of a request show. Null when there is no such request. */
export function createRequestViews(deps: {
  readonly store: Store;
  readonly people: () => People;
  readonly timeZone: string;
  /** True once the service takes nothing new. */
  readonly isStopping: () => boolean;
}): (requestId: string) => Promise<RequestViews | null> {
  const { store, people, timeZone } = deps;
  // The devices of a request are frozen, so what they share never changes; kept small, oldest out first.
  const sites = new Map<string, string | null>();

  async function siteOf(requestId: string): Promise<string | null> {
    const known = sites.get(requestId);
    if (known !== undefined) return known;
    const all = new Set((await store.requests.devices(requestId)).map((device) => device.site));
    const [first] = all;
    const site = all.size === 1 && first !== undefined ? first : null;
    sites.set(requestId, site);
    const [oldest] = sites.keys();
    if (sites.size > rememberedSites && oldest !== undefined) sites.delete(oldest);
    return site;
  }

  async function mainOf(request: StoredRequest, run: StoredRun | null, progress: RunProgress | null): Promise<View> {
    const isEnded = run?.state === 'ended';
    const { tells = false } = operationWords[request.operation];
    const shown = tells ? { limit: mostCsvRows, attachmentChars: mostFileChars } : { limit: shownOutcomes };
    const outcomes = isEnded
      ? await store.runs.outcomes(run.id, { all: tells || request.deviceCount === 1, ...shown })
      : [];
    const needsCsv = isEnded && !tells && request.deviceCount > wholeOnCard;
    return requestCard({
      request,
      run,
      progress,
      outcomes,
      site: await siteOf(request.id),
      nameOf: (id) => people().nameOf(id),
      timeZone,
      retry: isEnded ? await store.requests.retryOf(request.id) : null,
      parked: deps.isStopping() && request.state === 'running',
      csv: needsCsv ? outcomesCsv(await store.runs.outcomes(run.id, { all: true, limit: mostCsvRows })) : null,
    });
  }

  async function exceptionsOf(request: StoredRequest, run: StoredRun, progress: RunProgress): Promise<View> {
    const outcomes = await store.runs.outcomes(run.id, { all: false, limit: listedExceptions });
    return exceptionsCard({ request, run, progress, outcomes });
  }

  return async (requestId) => {
    const request = await store.requests.get(requestId);
    if (!request) return null;
    const run = request.runId === null ? null : await store.runs.get(request.runId);
    const progress = run === null ? null : await store.runs.progress(run.id);
    const hasExceptions =
      run && progress && request.deviceCount > wholeOnCard && progress.failed + progress.unknown > 0;
    return {
      main: () => mainOf(request, run, progress),
      exceptions: hasExceptions ? () => exceptionsOf(request, run, progress) : null,
    };
  };
}
