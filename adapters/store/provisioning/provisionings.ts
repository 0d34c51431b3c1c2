import { z } from 'zod';
import {
  type Provisioning,
  type ProvisioningMode,
  type ProvisioningState,
  type ProvisioningStep,
  type ProvisioningStore,
  type ProvisioningWish,
  provisioningSteps,
} from '../../../src/ports/provisioning/provisioning-store.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableJson, storableTextOrNull } from '../database/json.ts';
import { onDisk } from '../database/on-disk.ts';

interface Row {
  device_id: string;
  mode: ProvisioningMode;
  state: ProvisioningState;
  version: number;
  request_id: string | null;
  done: string[];
  attempt_step: string | null;
  attempt_at: Date | null;
  facts: unknown;
  failure: unknown;
  started_at: Date;
  changed_at: Date;
}

const stepSchema = z.enum(provisioningSteps);
const factsSchema = z.record(z.string(), z.string());
const failureSchema = z.object({ step: stepSchema, code: z.string(), evidence: z.array(z.string()) }).nullable();

/** Steps that leave the device as it was. */
const harmless: readonly ProvisioningStep[] = ['meet', 'keep-secrets'];

/** Records of provisionings, in oob.provisioning. */
export function createProvisioningStore(database: Database): ProvisioningStore {
  /** `assignments` begin with parameter $4. */
  async function change(deviceId: string, version: number, at: Date, assignments: string, values: readonly unknown[]) {
    const { rows } = await database.query<Row>(
      `update oob.provisioning set version = version + 1, changed_at = $3, ${assignments}
       where device_id = $1 and version = $2 and ${onDisk} returning *`,
      [deviceId, version, at, ...values],
    );
    return rows[0] ? provisioningOf(rows[0]) : null;
  }

  return {
    begin: (wish) => database.transaction((sql) => begin(sql, wish)),
    async get(deviceId) {
      const { rows } = await database.query<Row>('select * from oob.provisioning where device_id = $1', [deviceId]);
      return rows[0] ? provisioningOf(rows[0]) : null;
    },
    async of(deviceIds) {
      const { rows } = await database.query<Row>(
        'select * from oob.provisioning where device_id = any($1) order by device_id',
        [deviceIds],
      );
      return rows.map(provisioningOf);
    },
    attempt: (deviceId, version, step, at) =>
      change(deviceId, version, at, 'attempt_step = $4, attempt_at = $3', [step]),
    done: (deviceId, version, step, facts, at) =>
      change(
        deviceId,
        version,
        at,
        `done = array_remove(done, $4::text) || $4::text, facts = facts || $5::jsonb,
         attempt_step = null, attempt_at = null, failure = null`,
        [step, storableJson(facts)],
      ),
    change: (deviceId, version, { state, failure, facts }, at) =>
      change(
        deviceId,
        version,
        at,
        `state = coalesce($4, state), failure = case when $5 then $6::jsonb else failure end, facts = facts || $7::jsonb`,
        [state ?? null, failure !== undefined, failure ? storableJson(failure) : null, storableJson(facts ?? {})],
      ),
    async counts() {
      const { rows } = await database.query<{ state: ProvisioningState; devices: number }>(
        'select state, count(*) as devices from oob.provisioning group by state',
      );
      const found = new Map(rows.map(({ state, devices }) => [state, devices]));
      const of = (state: ProvisioningState) => found.get(state) ?? 0;
      return {
        'under-way': of('under-way'),
        'awaiting-agent': of('awaiting-agent'),
        stopped: of('stopped'),
        provisioned: of('provisioned'),
        removing: of('removing'),
        removed: of('removed'),
      };
    },
  };
}

async function begin(sql: Sql, { deviceId, mode, requestId, at }: ProvisioningWish): Promise<Provisioning> {
  await sql.query(`select ${onDisk}`);
  const request = storableTextOrNull(requestId);
  const { rows: fresh } = await sql.query<Row>(
    `insert into oob.provisioning (device_id, mode, state, version, request_id, done, facts, started_at, changed_at)
     values ($1, $2, 'under-way', 1, $3, '{}', '{}', $4, $4) on conflict do nothing returning *`,
    [deviceId, mode, request, at],
  );
  if (fresh[0]) return provisioningOf(fresh[0]);
  const { rows } = await sql.query<Row>('select * from oob.provisioning where device_id = $1 for update', [deviceId]);
  const [row] = rows;
  if (!row) throw new Error('a record of a provisioning is gone');
  const before = provisioningOf(row);
  if (before.state === 'removing') return before;
  const isOver = before.state === 'provisioned' || before.state === 'removed';
  const assignments = isOver
    ? "mode = $2, done = '{}', facts = '{}', attempt_step = null, attempt_at = null, started_at = $4"
    : 'mode = $2';
  const { rows: begun } = await sql.query<Row>(
    `update oob.provisioning set state = 'under-way', version = version + 1, request_id = $3, failure = null, changed_at = $4,
       ${assignments} where device_id = $1 returning *`,
    [deviceId, isOver || isUntouched(before) ? mode : before.mode, request, at],
  );
  return provisioningOf(begun[0] ?? row);
}

/** Whether nothing was tried yet that only its own mode can go on with. */
function isUntouched({ done, attempt }: Provisioning): boolean {
  return [...done, ...(attempt ? [attempt.step] : [])].every((step) => harmless.includes(step));
}

function provisioningOf(row: Row): Provisioning {
  const attempt =
    row.attempt_step === null || row.attempt_at === null
      ? null
      : { step: stepSchema.parse(row.attempt_step), at: row.attempt_at };
  return {
    deviceId: row.device_id,
    mode: row.mode,
    state: row.state,
    version: row.version,
    requestId: row.request_id,
    done: z.array(stepSchema).parse(row.done),
    attempt,
    facts: factsSchema.parse(row.facts),
    failure: failureSchema.parse(row.failure),
    startedAt: row.started_at,
    changedAt: row.changed_at,
  };
}
