import type { EarlierOutcome, WakeHistory } from '../../src/ports/store/wake-history.ts';
import type { Database } from './database/connection.ts';
import { type DeviceRow, deviceColumns, deviceOf } from './inventory.ts';

/** Tasks have no index by device: the newest runs are gone through, each with one look-up by key, until one has the device. */
const newestRuns = `(select id, request_id, position from oob.run order by position desc limit 5000)`;

interface TaskRow {
  operation: EarlierOutcome['operation'];
  status: EarlierOutcome['status'];
  code: string;
  evidence: string[];
  facts: Record<string, string>;
  ended_at: Date;
}

/** What oob.task, oob.device and oob.device_assets know of a PC's past. */
export function createWakeHistory(database: Database): WakeHistory {
  return {
    async lastOutcome(deviceId, operations) {
      const { rows } = await database.query<TaskRow>(
        `select request.operation, task.status, task.code, task.evidence, task.facts, task.ended_at
         from ${newestRuns} as run
         join oob.task as task on task.run_id = run.id and task.device_id = $1
         join oob.request as request on request.id = run.request_id
         where task.state = 'ended' and task.status <> 'skipped'
           -- A PC that was busy was not asked: that says nothing of it.
           and task.code <> 'device_busy' and request.operation = any($2)
         order by run.position desc limit 1`,
        [deviceId, operations],
      );
      const [row] = rows;
      if (!row) return null;
      const { operation, status, code, evidence, facts, ended_at: endedAt } = row;
      return { operation, status, code, evidence, facts, endedAt };
    },

    async lastFact(deviceId, fact) {
      const { rows } = await database.query<{ value: string; at: Date }>(
        `select task.facts->>$2 as value, task.ended_at as at
         from ${newestRuns} as run join oob.task as task on task.run_id = run.id and task.device_id = $1
         where task.status = 'ok' and task.facts->>$2 is not null
         order by run.position desc limit 1`,
        [deviceId, fact],
      );
      return rows[0] ?? null;
    },

    async systemUuid(deviceId) {
      const { rows } = await database.query<{ uuid: string | null }>(
        `select assets->>'systemUuid' as uuid from oob.device_assets where device_id = $1`,
        [deviceId],
      );
      return rows[0]?.uuid ?? null;
    },

    async neighbours({ id, site }, subnet, limit) {
      const { rows } = await database.query<DeviceRow>(
        `select ${deviceColumns} from oob.device as device
         where device.id <> $1 and case when $2::text is null then device.site = $3 else starts_with(device.host, $2) end
         order by device.seen_at desc nulls last, device.sort_key limit $4`,
        [id, subnet, site, limit],
      );
      return rows.map(deviceOf);
    },
  };
}
