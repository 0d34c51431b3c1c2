import type { StoredRun } from '../ports/runs/run-store.ts';
import type { StoredRequest } from '../ports/store/request-store.ts';
import type { Store } from '../ports/store/store.ts';

/** A request and its run, null before it has one, by the id of either, as people type them. Null: there is no such request. */
export async function findRun(
  { requests, runs }: Pick<Store, 'requests' | 'runs'>,
  id: string,
): Promise<{ readonly request: StoredRequest; readonly run: StoredRun | null } | null> {
  const named = await runs.get(id);
  const request = await requests.get(named?.requestId ?? id);
  if (!request) return null;
  return { request, run: named ?? (request.runId === null ? null : await runs.get(request.runId)) };
}
