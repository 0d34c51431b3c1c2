import type { RunPacing } from '../../../src/ports/runs/run-pacing.ts';
import type { FailureLimit, RunPause, RunStop, StoredRun } from '../../../src/ports/runs/run-store.ts';

/** How RunPacing is kept. Runs that were begun before sites had deadlines of their own have none here, but in `deadline_at`. */
export interface PacingJson extends Pick<RunPacing, 'sites'> {
  readonly deadlines?: Readonly<Record<string, string>>;
}

/** A row of oob.run. Instants inside JSON are in ISO 8601. */
export interface RunRow {
  id: string;
  request_id: string;
  version: number;
  state: StoredRun['state'];
  wave: number;
  sizes: number[];
  has_canary: boolean;
  failure_limit: FailureLimit | null;
  pause: (Omit<RunPause, 'at'> & { readonly at: string }) | null;
  stop: (Omit<RunStop, 'at'> & { readonly at: string }) | null;
  pacing: PacingJson | null;
  started_at: Date;
  ended_at: Date | null;
}

/** The row as the port has it. */
export function runOf(row: RunRow): StoredRun {
  return {
    id: row.id,
    requestId: row.request_id,
    version: row.version,
    state: row.state,
    wave: row.wave,
    sizes: row.sizes,
    hasCanary: row.has_canary,
    failureLimit: row.failure_limit,
    pause: row.pause && { ...row.pause, at: new Date(row.pause.at) },
    stop: row.stop && { ...row.stop, at: new Date(row.stop.at) },
    startedAt: row.started_at,
    endedAt: row.ended_at,
    ...(row.pacing ? { pacing: { sites: row.pacing.sites, deadlines: deadlinesOf(row.pacing) } } : {}),
  };
}

function deadlinesOf({ deadlines = {} }: PacingJson): RunPacing['deadlines'] {
  return Object.fromEntries(Object.entries(deadlines).map(([site, at]) => [site, new Date(at)]));
}
