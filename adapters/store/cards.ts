import { parseView } from '../../src/messages/parse-view.ts';
import type { Conversation, MessageAddress } from '../../src/ports/chat.ts';
import type { Card, CardKind, CardStore, NewCard } from '../../src/ports/store/card-store.ts';
import type { Database, Sql } from './database/connection.ts';
import { storableJson } from './database/json.ts';

interface CardRow {
  id: string;
  request_id: string | null;
  conversation: Conversation;
  kind: CardKind;
  below: string | null;
  view: unknown;
  thread: MessageAddress | null;
  address: MessageAddress | null;
  shown_hash: string | null;
  failures: number;
}

const columns = `card.id, card.request_id, card.conversation, card.kind, card.below, card.view,
  (select parent.address from oob.card as parent where parent.id = card.below) as thread,
  card.address, card.shown_hash, card.failures`;

function cardOf(row: CardRow): Card {
  return {
    id: row.id,
    requestId: row.request_id,
    conversation: row.conversation,
    kind: row.kind,
    below: row.below,
    view: parseView(row.view),
    thread: row.thread,
    address: row.address,
    shownHash: row.shown_hash,
    failures: row.failures,
  };
}

/** For the transaction that changes what the cards show: the service may die right after it. */
export async function markCardsStale(sql: Sql, requestId: string): Promise<void> {
  await sql.query(`update oob.card set stale = true where request_id = $1 and kind <> 'notice' and not stale`, [
    requestId,
  ]);
}

/** As `markCardsStale`, for the request that the run executes. */
export async function markRunCardsStale(sql: Sql, runId: string): Promise<void> {
  await sql.query(
    `update oob.card set stale = true from oob.run
     where run.id = $1 and card.request_id = run.request_id and card.kind <> 'notice' and not card.stale`,
    [runId],
  );
}

/** Ends the leases of a process that died in the middle of an edit, without waiting for their time. For the only owner. */
export async function takeBackCards(sql: Sql): Promise<void> {
  await sql.query('update oob.card set leased_until = null, stale = true where leased_until is not null');
}

/** CardStore.add, for a transaction that has something to say. */
export async function insertCard(sql: Sql, card: NewCard): Promise<void> {
  await sql.query(
    `insert into oob.card (id, request_id, conversation, kind, below, view, stale, failures)
     values ($1, $2, $3, $4, $5, $6, true, 0)
     on conflict do nothing`,
    [
      card.id,
      card.requestId,
      storableJson(card.conversation),
      card.kind ?? 'main',
      card.below ?? null,
      card.view ? storableJson(card.view) : null,
    ],
  );
}

/** Posted messages in oob.card. */
export function createCardStore(database: Database): CardStore {
  return {
    add: (card) => insertCard(database, card),

    markStale: (requestId) => markCardsStale(database, requestId),

    async takeStale(now, shownBefore, leaseMs, limit) {
      // A lease that ran out means that its taker died between taking and showing: as good as stale.
      const { rows } = await database.query<CardRow & { position: number }>(
        `with due as (
           select id from oob.card
           where (stale or leased_until is not null) and (leased_until is null or leased_until <= $1)
             and (shown_at is null or shown_at < $2) and (retry_at is null or retry_at <= $1)
             and (below is null or exists (select from oob.card as parent where parent.id = card.below and parent.address is not null))
           order by position limit $4 for update skip locked
         ), taken as (
           update oob.card set stale = false, leased_until = $1::timestamptz + make_interval(secs => $3 / 1000.0)
           from due where card.id = due.id returning ${columns}, card.position
         )
         select * from taken order by position`,
        [now, shownBefore, leaseMs, limit],
      );
      return rows.map(cardOf);
    },

    async restate(cardId, view) {
      await database.query("update oob.card set view = $2, stale = true where id = $1 and kind = 'notice'", [
        cardId,
        storableJson(view),
      ]);
    },

    async shown(cardId, address, hash, at) {
      await database.query(
        `update oob.card set address = $2, shown_hash = $3, shown_at = $4, leased_until = null, retry_at = null, failures = 0
         where id = $1`,
        [cardId, storableJson(address), hash, at],
      );
    },

    async failed(cardId, retryAt) {
      await database.query(
        `update oob.card set failures = failures + 1, leased_until = null, retry_at = $2, stale = stale or $2::timestamptz is not null
         where id = $1`,
        [cardId, retryAt],
      );
    },

    async ofRequest(requestId) {
      const { rows } = await database.query<CardRow>(
        `select ${columns} from oob.card where request_id = $1 order by position`,
        [requestId],
      );
      return rows.map(cardOf);
    },
  };
}
