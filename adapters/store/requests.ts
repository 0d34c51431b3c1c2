import type { Conversation } from '../../src/ports/chat.ts';
import type { TargetDevice } from '../../src/ports/store/inventory-store.ts';
import type {
  ExcludedDevice,
  NewRequest,
  RequestState,
  RequestStore,
  RequestVerb,
  StoredRequest,
  Vote,
} from '../../src/ports/store/request-store.ts';
import { insertCard, markCardsStale } from './cards.ts';
import type { Database, Sql } from './database/connection.ts';
import { storableJson, storableText, storableTextOrNull } from './database/json.ts';
import { requesterLockSpace } from './database/locks.ts';
import { countBroken, insertReview } from './trail/reviews.ts';
import { appendToTrail } from './trail/trail.ts';

interface RequestRow {
  id: string;
  version: number;
  state: RequestState;
  operation: StoredRequest['operation'];
  parameters: Record<string, string>;
  command_text: string;
  target_words: string[];
  reason: string | null;
  requester: string;
  conversation: Conversation;
  plan_hash: string;
  policy_version: string;
  device_count: number;
  sample_names: string[];
  excluded_count: number;
  risk: StoredRequest['risk'];
  plan_summary: StoredRequest['planSummary'];
  end_note: string | null;
  approvals_needed: number;
  approvers: string[];
  /** As in Vote, the instant in ISO 8601. */
  votes: (Omit<Vote, 'at'> & { readonly at: string })[];
  created_at: Date;
  expires_at: Date | null;
  decided_at: Date | null;
  run_id: string | null;
  retry_of: string | null;
  glass: StoredRequest['glass'];
  actions: Record<RequestVerb, string>;
}

function requestOf(row: RequestRow): StoredRequest {
  return {
    id: row.id,
    version: row.version,
    state: row.state,
    operation: row.operation,
    parameters: row.parameters,
    commandText: row.command_text,
    targetWords: row.target_words,
    reason: row.reason,
    requester: row.requester,
    conversation: row.conversation,
    planHash: row.plan_hash,
    policyVersion: row.policy_version,
    deviceCount: row.device_count,
    sampleNames: row.sample_names,
    excludedCount: row.excluded_count,
    risk: row.risk,
    planSummary: row.plan_summary,
    approvalsNeeded: row.approvals_needed,
    approvers: row.approvers,
    votes: row.votes.map((vote) => ({ ...vote, at: new Date(vote.at) })),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    decidedAt: row.decided_at,
    endNote: row.end_note,
    runId: row.run_id,
    retryOf: row.retry_of,
    glass: row.glass,
    actions: row.actions,
  };
}

/** Requests in oob.request, their frozen devices beside them. */
export function createRequestStore(database: Database): RequestStore {
  async function list(tail: string, values: readonly unknown[]): Promise<readonly StoredRequest[]> {
    const { rows } = await database.query<RequestRow>(`select * from oob.request ${tail}`, values);
    return rows.map(requestOf);
  }

  return {
    create: (request, devices, excluded, trail, rate, broken) =>
      database.transaction(async (sql) => {
        if (rate) {
          // Two statements: the count must see what was committed while the lock was waited for.
          await sql.query('select pg_advisory_xact_lock($1, hashtext($2))', [requesterLockSpace, request.requester]);
          if ((await countBy(sql, request.requester, rate.since)) >= rate.most) return false;
          if (broken && (await countBroken(sql, request.requester, rate.since)) >= broken.most) return false;
        }
        const { count } = await sql.query(insertRequestSql, requestValues(request));
        if (count === 0) return false;
        if (request.retryOf !== null) await markCardsStale(sql, request.retryOf);
        await sql.query(
          'insert into oob.request_action (action_id, request_id, verb) select value, $1, key from jsonb_each_text($2)',
          [request.id, storableJson(request.actions)],
        );
        await sql.query(insertDevicesSql, [request.id, storableJson(devices)]);
        await sql.query(
          `insert into oob.request_excluded (request_id, ordinal, device, code, because)
           select $1, ordinal, device, code, because
           from rows from (json_to_recordset($2::json) as (device jsonb, code text, because text))
             with ordinality as left_out(device, code, because, ordinal)`,
          [request.id, storableJson(excluded)],
        );
        if (broken) {
          await insertReview(sql, broken.review);
          for (const notice of broken.notices) await insertCard(sql, notice);
        }
        await appendToTrail(sql, trail);
        return true;
      }),

    async retryOf(id) {
      return (await list(`where retry_of = $1 and ${isRetrying}`, [id]))[0] ?? null;
    },

    async get(id) {
      return (await list('where id = $1', [id]))[0] ?? null;
    },

    async findByAction(actionId) {
      const { rows } = await database.query<RequestRow & { verb: RequestVerb }>(
        `select request.*, action.verb from oob.request_action as action
         join oob.request as request on request.id = action.request_id where action.action_id = $1`,
        [storableText(actionId)],
      );
      const row = rows[0];
      return row ? { request: requestOf(row), verb: row.verb } : null;
    },

    change: (id, fromVersion, change, trail, notices = []) =>
      database.transaction(async (sql) => {
        const { rows } = await sql.query<RequestRow>(
          `update oob.request set version = version + 1, state = coalesce($3, state), votes = coalesce($4::jsonb, votes),
             decided_at = coalesce($5, decided_at), end_note = coalesce($6, end_note)
           where id = $1 and version = $2 returning *`,
          [
            id,
            fromVersion,
            change.state,
            change.votes && storableJson(change.votes),
            change.decidedAt,
            change.endNote === undefined ? undefined : storableText(change.endNote),
          ],
        );
        const row = rows[0];
        if (!row) return null;
        await markCardsStale(sql, id);
        if (row.retry_of !== null) await markCardsStale(sql, row.retry_of);
        for (const notice of notices) await insertCard(sql, notice);
        await appendToTrail(sql, trail);
        return requestOf(row);
      }),

    waiting: (limit) => list(`where state = 'waiting' order by position limit $1`, [limit]),
    overdue: (now) => list(`where state = 'waiting' and expires_at <= $1 order by position`, [now]),
    latest: (limit) => list('order by position desc limit $1', [limit]),

    async timesBy(principal, since) {
      const { rows } = await database.query<{ created_at: Date }>(
        'select created_at from oob.request where requester = $1 and created_at >= $2 order by created_at',
        [principal, since],
      );
      return rows.map((row) => row.created_at);
    },

    async devices(id) {
      const { rows } = await database.query<TargetDevice>(
        `select device_id as id, name, site, groups, power_state as "powerState", reach from oob.request_device
         where request_id = $1 order by ordinal`,
        [id],
      );
      return rows;
    },

    async excluded(id) {
      const { rows } = await database.query<ExcludedDevice>(
        'select device, code, because from oob.request_excluded where request_id = $1 order by ordinal',
        [id],
      );
      return rows;
    },
  };
}

/** As in the index that lets one retry of a request through. */
const isRetrying = `state not in ('denied', 'expired', 'withdrawn', 'changed')`;

async function countBy(sql: Sql, principal: string, since: Date): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    'select count(*) as count from oob.request where requester = $1 and created_at >= $2',
    [principal, since],
  );
  return rows[0]?.count ?? 0;
}

const insertRequestSql = `
  insert into oob.request (version, id, state, operation, parameters, command_text, target_words, reason, requester, conversation,
    plan_hash, policy_version, device_count, sample_names, excluded_count, approvals_needed, approvers, votes, created_at,
    expires_at, decided_at, actions, retry_of, risk, plan_summary, glass)
  values (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
  on conflict do nothing`;

function requestValues(request: NewRequest): readonly unknown[] {
  return [
    request.id,
    request.state,
    request.operation,
    storableJson(request.parameters),
    storableText(request.commandText),
    storableJson(request.targetWords),
    storableTextOrNull(request.reason),
    request.requester,
    storableJson(request.conversation),
    request.planHash,
    request.policyVersion,
    request.deviceCount,
    storableJson(request.sampleNames),
    request.excludedCount,
    request.approvalsNeeded,
    storableJson(request.approvers),
    storableJson(request.votes),
    request.createdAt,
    request.expiresAt,
    request.decidedAt,
    storableJson(request.actions),
    request.retryOf,
    request.risk,
    storableJson(request.planSummary),
    request.glass && storableJson(request.glass),
  ];
}

const insertDevicesSql = `
  insert into oob.request_device (request_id, ordinal, device_id, name, site, groups, power_state, reach)
  select $1, ordinal, id, name, site, groups, "powerState", reach
  from rows from (json_to_recordset($2::json) as (id text, name text, site text, groups jsonb, "powerState" integer, reach text))
    with ordinality as device(id, name, site, groups, "powerState", reach, ordinal)`;
