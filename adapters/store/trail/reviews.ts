import type { NewReview, Review, ReviewStore } from '../../../src/ports/trail/review-store.ts';
import { insertCard, markCardsStale } from '../cards.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableText, storableTextOrNull } from '../database/json.ts';
import { appendToTrail } from './trail.ts';

interface ReviewRow {
  id: string;
  request_id: string;
  requester: string;
  opened_at: Date;
  action_id: string;
  signed_at: Date | null;
  signed_by: string | null;
  note: string | null;
}

function reviewOf(row: ReviewRow): Review {
  const { signed_at: at, signed_by: by, note } = row;
  return {
    id: row.id,
    requestId: row.request_id,
    requester: row.requester,
    openedAt: row.opened_at,
    actionId: row.action_id,
    signedOff: at && by !== null ? { by, at, note } : null,
  };
}

/** For the transaction that stores the request. */
export async function insertReview(sql: Sql, review: NewReview): Promise<void> {
  await sql.query(
    'insert into oob.review (id, request_id, requester, opened_at, action_id) values ($1, $2, $3, $4, $5)',
    [review.id, review.requestId, review.requester, review.openedAt, review.actionId],
  );
}

/** How often the principal broke glass since then. */
export async function countBroken(sql: Sql, principal: string, since: Date): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    'select count(*) as count from oob.review where requester = $1 and opened_at >= $2',
    [principal, since],
  );
  return rows[0]?.count ?? 0;
}

/** Reviews of broken glass in oob.review. */
export function createReviewStore(database: Database): ReviewStore {
  async function list(tail: string, values: readonly unknown[]): Promise<readonly Review[]> {
    const { rows } = await database.query<ReviewRow>(`select * from oob.review ${tail}`, values);
    return rows.map(reviewOf);
  }
  return {
    open: (limit) => list('where signed_at is null order by position limit $1', [limit]),
    get: async (id) => (await list('where id = $1', [storableText(id)]))[0] ?? null,
    findByAction: async (actionId) => (await list('where action_id = $1', [storableText(actionId)]))[0] ?? null,
    countBy: (principal, since) => countBroken(database, principal, since),
    signOff: (id, { by, at, note }, trail, notices) =>
      database.transaction(async (sql) => {
        const { rows } = await sql.query<{ request_id: string }>(
          `update oob.review set signed_at = $2, signed_by = $3, note = $4
           where id = $1 and signed_at is null and requester <> $3 returning request_id`,
          [storableText(id), at, by, storableTextOrNull(note)],
        );
        const [row] = rows;
        if (!row) return false;
        await markCardsStale(sql, row.request_id);
        for (const notice of notices) await insertCard(sql, notice);
        await appendToTrail(sql, trail);
        return true;
      }),
  };
}
