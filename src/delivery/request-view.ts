import type { People } from '../identity/people.ts';
import { operationWords } from '../messages/operation-words.ts';
import { outcomesCsv } from '../messages/reports/outcomes-csv.ts';
import { requestCard, shownOutcomes } from '../messages/request-card.ts';
import type { View } from '../messages/view.ts';
import type { Store } from '../ports/store.ts';

/** Runs up to this size are shown whole on the card; longer ones come with a CSV. */
const wholeOnCard = 10;
const mostCsvRows = 50_000;
/** Files of single PCs that are put together into a run's; what is more is left out and said. */
const mostFileChars = 4_000_000;
const rememberedSites = 500;

/** Gathers what a request's card shows. Null when there is no such request. */
export function createRequestView(deps: {
  readonly store: Store;
  readonly people: () => People;
  readonly timeZone: string;
  /** True once the service takes nothing new. */
  readonly isStopping: () => boolean;
}): (requestId: string) => Promise<View | null> {
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

  return async (requestId) => {
    const request = await store.requests.get(requestId);
    if (!request) return null;
    const { runId } = request;
    const run = runId === null ? null : await store.runs.get(runId);
    const progress = run === null ? null : await store.runs.progress(run.id);
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
      site: await siteOf(requestId),
      nameOf: (id) => people().nameOf(id),
      timeZone,
      parked: deps.isStopping() && request.state === 'running',
      csv: needsCsv ? outcomesCsv(await store.runs.outcomes(run.id, { all: true, limit: mostCsvRows })) : null,
    });
  };
}
