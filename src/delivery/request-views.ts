import type { People } from '../identity/people.ts';
import { requestCard, shownOutcomes } from '../messages/cards/request-card.ts';
import { operationWords } from '../messages/operation-words.ts';
import { planCsv } from '../messages/plan/plan-csv.ts';
import { namesOnCard } from '../messages/plan/waiting-card.ts';
import type { ProvisioningNow } from '../messages/provisioning/progress.ts';
import { outcomesCsv } from '../messages/reports/outcomes-csv.ts';
import { exceptionsCard, listedExceptions } from '../messages/runs/exceptions-card.ts';
import { wholeOnCard } from '../messages/runs/run-end-card.ts';
import type { RequestOrigin } from '../messages/runs/scheduled-end.ts';
import type { Fact, View } from '../messages/view.ts';
import type { Foretell } from '../operations/operation.ts';
import { sharedSite } from '../plan/summary.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunProgress, StoredRun } from '../ports/runs/run-store.ts';
import type { StoredRequest } from '../ports/store/request-store.ts';
import type { Store } from '../ports/store/store.ts';
import { alarmRequestId } from '../schedule/alarm-ids.ts';
import type { RequestViews } from './delivery.ts';

const mostCsvRows = 50_000;
/** Files of single PCs that are put together into a run's; what is more is left out and said. */
const mostFileChars = 4_000_000;
const mostLookedAt = 1_000;

/** Gathers what the messages of a request show. Null when there is no such request. */
export function createRequestViews(deps: {
  readonly store: Store;
  readonly people: () => People;
  readonly timeZone: string;
  readonly clock: Clock;
  /** True once the service takes nothing new. */
  readonly isStopping: () => boolean;
  /** What an operation says of a plan that waits. Default: nothing. */
  readonly foretell?: Foretell;
}): (requestId: string) => Promise<RequestViews | null> {
  const { store, people, timeZone, clock } = deps;
  /** While it waits: what its operation says of the PCs, and all of them as a file where the card has no room for their names. */
  async function planOf(
    request: StoredRequest,
  ): Promise<{ readonly planCsv: string | null; readonly foretold: readonly Fact[] }> {
    const { id, state, deviceCount, excludedCount } = request;
    if (state !== 'waiting') return { planCsv: null, foretold: [] };
    const devices = await store.requests.devices(id);
    const needsFile = deviceCount > namesOnCard || excludedCount > 0;
    return {
      planCsv: needsFile ? planCsv(devices, await store.requests.excluded(id)) : null,
      foretold: (await deps.foretell?.(request, devices)) ?? [],
    };
  }

  /** Of the PCs of a run that provisions; not of more than a look every second can be taken at. */
  async function provisioningsOf(request: StoredRequest): Promise<readonly ProvisioningNow[]> {
    if (request.operation !== 'provision' || request.state !== 'running' || request.deviceCount > mostLookedAt)
      return [];
    const devices = await store.requests.devices(request.id);
    const records = await store.provisionings.of(devices.map(({ id }) => id));
    const byId = new Map(records.map((record) => [record.deviceId, record]));
    return devices.map(({ id, name }) => ({ name, record: byId.get(id) ?? null }));
  }

  async function originOf(requestId: string, runId: string | null): Promise<RequestOrigin | null> {
    const tick = await store.schedules.tickOf(requestId);
    if (!tick) return null;
    const { scheduleId, dueAt } = tick;
    const schedule = await store.schedules.get(scheduleId);
    const sites = runId === null ? [] : await store.runs.bySite(runId);
    const alarm = runId === null ? null : await alarmOf(scheduleId, dueAt);
    return { scheduleId, dueAt, timeZone: schedule?.timeZone ?? timeZone, sites, alarm };
  }

  /** The alarm clocks that back up a wake-up, as they were first asked for. */
  async function alarmOf(scheduleId: string, dueAt: Date) {
    const id = alarmRequestId({ scheduleId, dueAt, step: 'set', part: 0, turn: 0 });
    const at = (await store.requests.get(id))?.parameters.at;
    return at === undefined ? null : { at: new Date(at), requestId: id };
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
      ...(run?.state === 'running' ? { heldUp: await store.runs.heldUp(run.id, clock.now()) } : {}),
      outcomes,
      site: sharedSite(request.planSummary),
      nameOf: (id) => people().nameOf(id),
      timeZone,
      retry: isEnded || request.state === 'changed' ? await store.requests.retryOf(request.id) : null,
      parked: deps.isStopping() && request.state === 'running',
      review: request.glass?.reviewId ? await store.reviews.get(request.glass.reviewId) : null,
      origin: await originOf(request.id, isEnded ? run.id : null),
      csv: needsCsv ? outcomesCsv(await store.runs.outcomes(run.id, { all: true, limit: mostCsvRows })) : null,
      ...(await planOf(request)),
      provisionings: isEnded ? [] : await provisioningsOf(request),
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
