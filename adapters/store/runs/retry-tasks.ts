import type { Outcome } from '../../../src/ports/runs/run-store.ts';
import type { TrailEntry } from '../../../src/ports/trail/trail-store.ts';
import { markRunCardsStale } from '../cards.ts';
import type { Sql } from '../database/connection.ts';
import { outcomesByDevice } from './outcomes-by-device.ts';

/** What became of outcomes that ask for another try. */
export interface Retried {
  /** Device ids of those that are put back, now or by an earlier writing of the same outcomes. */
  readonly ids: ReadonlySet<string>;
  /** For the trail; null when nothing was put back now. */
  readonly entry: Omit<TrailEntry, 'requestId'> | null;
}

/**
 * Puts tasks back that are to be tried again, with what was seen of them, and frees their devices meanwhile. Only the attempt that
 * failed is put back, and only while its run may still begin anything; one whose lock was forced ends.
 */
export async function retryTasks(sql: Sql, runId: string, outcomes: readonly Outcome[], at: Date): Promise<Retried> {
  const asked = outcomes.filter(({ retry }) => retry !== undefined);
  if (asked.length === 0) return { ids: new Set(), entry: null };
  const { rows } = await sql.query<{ device_id: string; name: string | null; code: string; isNew: boolean }>(retrySql, [
    runId,
    outcomesByDevice(asked),
    asked.map(({ deviceId }) => deviceId),
  ]);
  const put = rows.filter(({ isNew }) => isNew);
  if (put.length > 0) await markRunCardsStale(sql, runId);
  const byCode = [...Map.groupBy(put, ({ code }) => code)].map(([code, tasks]) => ({
    code,
    devices: tasks.map(({ name }) => name),
  }));
  return {
    ids: new Set(rows.map(({ device_id }) => device_id)),
    entry: put.length > 0 ? { at, kind: 'retry_planned', actor: 'service', data: { runId, failed: byCode } } : null,
  };
}

// A row that waits already was put back by a writing whose answer was lost: it is reported, and left as it is.
const retrySql = `
  with open as materialized (
    select device_id, state = 'running' and attempt = ($2::jsonb->device_id->'retry'->>'attempt')::integer as is_new from oob.task
    where run_id = $1 and device_id = any($3) and state <> 'ended' and forced is null
      and exists (select from oob.run where id = $1 and state in ('running', 'paused'))
    order by device_id for update
  ), put as (
    update oob.task set state = 'pending', worker_id = null, not_before = (outcome.retry->>'at')::timestamptz,
      tries = tries + 1, code = outcome.code, evidence = outcome.evidence, facts = outcome.facts,
      power_state = outcome."powerState", amt_version = outcome."amtVersion", took_ms = round(outcome."tookMs")
    from open cross join lateral jsonb_to_record($2::jsonb->open.device_id) as outcome(code text, evidence jsonb, facts jsonb,
      "powerState" integer, "amtVersion" text, "tookMs" double precision, retry jsonb)
    where task.run_id = $1 and task.device_id = any($3) and task.device_id = open.device_id and open.is_new
    returning task.device_id, task.code
  ), freed as (
    delete from oob.device_lock
    where run_id = $1 and device_id = any($3) and device_id in (select device_id from put)
  )
  select put.device_id, device.name, put.code, true as "isNew" from put join oob.device as device on device.id = put.device_id
  union all
  select open.device_id, null, '', false from open where not is_new`;
