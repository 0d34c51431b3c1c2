import type { RunStand } from '../../../src/ports/runs/run-store.ts';
import type { Database } from '../database/connection.ts';

interface StandRow {
  version: number;
  state: RunStand['state'];
  wave: number;
  sizes: number[];
  has_canary: boolean;
  failure_limit: RunStand['failureLimit'];
  sites: string[];
  has_pending: boolean;
  running: number;
  waiting: number;
  next_at: Date | null;
  deadline_at: Date | null;
  ended: number;
  failed: number;
}

/** RunStore.stand: one statement, so one snapshot. */
export async function standOfRun(database: Database, runId: string): Promise<RunStand | null> {
  const { rows } = await database.query<StandRow>(standSql, [runId]);
  const [row] = rows;
  if (!row) return null;
  return {
    version: row.version,
    state: row.state,
    wave: row.wave,
    sizes: row.sizes,
    hasCanary: row.has_canary,
    failureLimit: row.failure_limit,
    sites: row.sites,
    hasPending: row.has_pending,
    running: row.running,
    waiting: row.waiting,
    nextAt: row.next_at,
    deadlineAt: row.deadline_at,
    sinceRelease: { ended: row.ended, failed: row.failed },
  };
}

// The sites by a loose index scan: one probe per site, not one row per pending task.
const standSql = `
  with recursive waiting(site) as (
    select min(site) from oob.task where run_id = $1 and state = 'pending' and not_before is null
    union all
    select (select min(site) from oob.task where run_id = $1 and state = 'pending' and not_before is null and site > waiting.site)
    from waiting where waiting.site is not null
  )
  select run.version, run.state, run.wave, run.sizes, run.has_canary, run.failure_limit,
    (select coalesce(array_agg(site), '{}') from waiting
     where site is not null and exists (
       select from oob.task where run_id = $1 and state = 'pending' and not_before is null and task.site = waiting.site and task.wave <= run.wave)) as sites,
    exists (select from waiting where site is not null) or later.tasks > 0
      or exists (select from oob.task where run_id = $1 and state = 'pending' and not_before is not null) as has_pending,
    later.tasks as waiting, later.next_at,
    case when run.deadline_at is not null then coalesce((
      select min(deadline.at::timestamptz) from jsonb_each_text(run.pacing->'deadlines') as deadline(site, at)
      where exists (select from oob.task where run_id = $1 and state = 'pending' and task.site = deadline.site)
    ), case when not coalesce(run.pacing ? 'deadlines', false) then run.deadline_at end) end as deadline_at,
    (select count(*) from oob.task where run_id = $1 and state = 'running') as running,
    coalesce(recent.ended, 0) as ended, coalesce(recent.failed, 0) as failed
  from oob.run left join oob.run_recent as recent on recent.run_id = run.id
  cross join lateral (
    select count(*) as tasks, min(not_before) as next_at from oob.task
    where run_id = $1 and state = 'pending' and not_before is not null and wave <= run.wave
  ) as later
  where run.id = $1`;
