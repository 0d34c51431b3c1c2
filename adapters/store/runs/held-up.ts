import type { HeldUp } from '../../../src/ports/runs/run-pacing.ts';
import type { Database } from '../database/connection.ts';

interface HeldUpRow {
  devices: number;
  first_at: Date | null;
  last_at: Date | null;
  pauses: { site: string; until: string }[];
}

/** RunStore.heldUp. */
export async function heldUpOf(database: Database, runId: string, at: Date): Promise<HeldUp> {
  const { rows } = await database.query<HeldUpRow>(heldUpSql, [runId, at]);
  const [row] = rows;
  if (!row) return { later: null, pauses: [] };
  const { devices, first_at: firstAt, last_at: lastAt } = row;
  return {
    later: firstAt && lastAt ? { devices, firstAt, lastAt } : null,
    pauses: row.pauses.map(({ site, until }) => ({ site, until: new Date(until) })),
  };
}

const heldUpSql = `
  select later.devices, later.first_at, later.last_at, coalesce((
    select json_agg(json_build_object('site', pause.site, 'until', pause.paused_until) order by pause.paused_until, pause.site)
    from oob.site_pause as pause
    where pause.operation = request.operation and pause.paused_until > $2
      and run.pacing->'sites'->pause.site->>'pauseAfter' is not null
      and exists (
        select from oob.task where run_id = $1 and site = pause.site and state = 'pending' and not_before is null and wave <= run.wave)
  ), '[]') as pauses
  from oob.run join oob.request on request.id = run.request_id
  cross join lateral (
    select count(*) as devices, min(not_before) as first_at, max(not_before) as last_at from oob.task
    where run_id = $1 and state = 'pending' and not_before > $2 and tries = 0 and wave <= run.wave
  ) as later
  where run.id = $1 and run.state = 'running'`;
