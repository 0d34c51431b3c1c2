import { genesisHash, hashEntry } from '../../../src/ports/trail/trail-chain.ts';
import type { ChainedEntry, TrailEntry, TrailKind, TrailStore } from '../../../src/ports/trail/trail-store.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableJson, storableText, storableTextOrNull } from '../database/json.ts';
import { advisoryLocks } from '../database/locks.ts';

interface TrailRow {
  sequence: number;
  at: Date;
  kind: TrailKind;
  actor: string;
  request_id: string | null;
  data: Record<string, unknown>;
  previous_hash: string;
  hash: string;
}

/** The append-only trail. */
export function createTrailStore(database: Database): TrailStore {
  return {
    append: (entries) => database.transaction((sql) => appendToTrail(sql, entries)),
    head: async () => (await headOf(database)) ?? null,
    async read(after, limit) {
      const { rows } = await database.query<TrailRow>(
        'select * from oob.trail where sequence > $1 order by sequence limit $2',
        [after, limit],
      );
      return rows.map(chainedEntryOf);
    },
  };
}

/**
 * Chains entries inside the caller's transaction. To be its last step: from here to the commit no other transaction can append,
 * and one that waited for another lock meanwhile could be waited for in turn.
 */
export async function appendToTrail(sql: Sql, entries: readonly TrailEntry[]): Promise<void> {
  if (entries.length === 0) return;
  // Two statements: the second must see what was committed while the first waited.
  await sql.query('select pg_advisory_xact_lock($1, $2)', advisoryLocks.trail);
  const last = await headOf(sql);
  let sequence = last?.sequence ?? 0;
  let previousHash = last?.hash ?? genesisHash;
  const chained = entries.map((given): ChainedEntry => {
    sequence += 1;
    const entry = storableEntry(given);
    const hash = hashEntry(previousHash, sequence, entry);
    const link = { ...entry, sequence, previousHash, hash };
    previousHash = hash;
    return link;
  });
  await sql.query(
    `insert into oob.trail (sequence, at, kind, actor, request_id, data, previous_hash, hash)
     select sequence, at, kind, actor, "requestId", data, "previousHash", hash
     from json_to_recordset($1::json) as entry(
       sequence bigint, at timestamptz, kind text, actor text, "requestId" text, data jsonb, "previousHash" text, hash text)`,
    [JSON.stringify(chained)],
  );
}

async function headOf(sql: Pick<Sql, 'query'>) {
  const { rows } = await sql.query<{ sequence: number; hash: string }>(
    'select sequence, hash from oob.trail order by sequence desc limit 1',
  );
  return rows[0];
}

/** The entry as the database will give it back, so that its hash still holds then. */
function storableEntry(entry: TrailEntry): TrailEntry {
  return {
    at: entry.at,
    kind: entry.kind,
    actor: storableText(entry.actor),
    requestId: storableTextOrNull(entry.requestId),
    data: JSON.parse(storableJson(entry.data)),
  };
}

function chainedEntryOf(row: TrailRow): ChainedEntry {
  const { request_id: requestId, previous_hash: previousHash, ...same } = row;
  return { ...same, requestId, previousHash };
}
