import type { RunStore } from '../../../src/ports/runs/run-store.ts';
import type { Database } from '../database/connection.ts';

/** RunStore.usualMs. */
export async function usualTimeOf(
  database: Database,
  operation: Parameters<RunStore['usualMs']>[0],
): Promise<number | null> {
  const { rows } = await database.query<{ ms: number | null }>(usualSql, [operation]);
  return rows[0]?.ms ?? null;
}

// Of the last few runs: what an operation took a year ago says nothing. The 90th percentile, for a wave waits for its slow ones.
const usualSql = `
  with recent as materialized (
    select run.id from oob.run join oob.request on request.id = run.request_id
    where run.state = 'ended' and request.operation = $1 order by run.position desc limit 5
  )
  select percentile_cont(0.9) within group (order by took_ms) as ms
  from (select took_ms from oob.task where run_id in (select id from recent) and status = 'ok' limit 2000) as taken`;
