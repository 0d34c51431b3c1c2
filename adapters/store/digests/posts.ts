import { parseView } from '../../../src/messages/parse-view.ts';
import type { Conversation, MessageAddress } from '../../../src/ports/chat.ts';
import type { Moved, NewPost, Post, PostStore } from '../../../src/ports/digests/post-store.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableJson } from '../database/json.ts';
import { appendToTrail } from '../trail/trail.ts';

interface PostRow {
  id: string;
  subject: string;
  conversation: Conversation;
  fallback: Conversation | null;
  below: string | null;
  view: unknown;
  thread: MessageAddress | null;
  moved: Moved | null;
  created_at: Date;
  failures: number;
  is_unsure: boolean;
}

const placeOf = ({ platform, tenant, channel }: Conversation) => `${platform}:${tenant}/${channel}`;

/** For the transaction that decides that these are to be posted. */
export async function addPosts(sql: Sql, posts: readonly NewPost[], at: Date): Promise<void> {
  for (const post of posts)
    await sql.query(
      `insert into oob.post (id, subject, place, conversation, fallback, below, view, state, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8)`,
      [
        post.id,
        post.subject,
        placeOf(post.conversation),
        storableJson(post.conversation),
        post.fallback && storableJson(post.fallback),
        post.below,
        storableJson(post.view),
        at,
      ],
    );
}

// A lease that ran out means that its taker died during the try, or lost the database: nobody knows how the try ended.
const takeSql = `
  with busy as (
    select place from oob.post where state = 'posting' and leased_until > $1
  ), due as (
    select distinct on (post.place) post.id
    from oob.post as post left join oob.post as parent on parent.id = post.below
    where post.state in ('waiting', 'posting') and (post.leased_until is null or post.leased_until <= $1)
      and (post.retry_at is null or post.retry_at <= $1)
      and (post.below is null or parent.state = 'posted') and post.place not in (select place from busy)
    order by post.place, post.position
  ), held as materialized (
    select id, state from oob.post where id in (select id from due) and state in ('waiting', 'posting')
      and (leased_until is null or leased_until <= $1)
    order by position limit $3 for update skip locked
  ), taken as (
    update oob.post as post set state = 'posting', leased_until = $1::timestamptz + make_interval(secs => $2 / 1000.0)
    from held where post.id = held.id
    returning post.*, held.state = 'posting' as is_unsure
  )
  select taken.id, taken.subject, taken.conversation, taken.fallback, taken.below, taken.view, taken.moved, taken.created_at,
    taken.failures, taken.is_unsure, case when parent.place = taken.place then parent.address end as thread
  from taken left join oob.post as parent on parent.id = taken.below order by taken.position`;

/** Messages that are posted once, in oob.post. */
export function createPostStore(database: Database): PostStore {
  return {
    add: (posts, at) => database.transaction((sql) => addPosts(sql, posts, at)),

    async take(now, leaseMs, limit) {
      const { rows } = await database.query<PostRow>(takeSql, [now, leaseMs, limit]);
      return rows.map(postOf);
    },

    async posted(id, address, at) {
      await database.transaction(async (sql) => {
        const { rows } = await sql.query<{ conversation: Conversation; place: string; moved: Moved | null }>(
          `update oob.post set state = 'posted', address = $2, ended_at = $3, leased_until = null, retry_at = null
           where id = $1 and state = 'posting' returning conversation, place, moved`,
          [id, storableJson(address), at],
        );
        const [parent] = rows;
        // What goes below a message that went elsewhere goes there too, and has no other place left.
        if (parent?.moved)
          await sql.query(
            `update oob.post set conversation = $2, place = $3, fallback = null where below = $1 and state = 'waiting'`,
            [id, storableJson(parent.conversation), parent.place],
          );
      });
    },

    async putOff(id, retryAt) {
      await database.query(
        `update oob.post set state = 'waiting', failures = failures + 1, retry_at = $2, leased_until = null
         where id = $1 and state = 'posting'`,
        [id, retryAt],
      );
    },

    async move(id, moved, trail) {
      await database.transaction(async (sql) => {
        const { rows } = await sql.query<{ fallback: Conversation | null }>(
          `select fallback from oob.post where id = $1 and state = 'posting' for update`,
          [id],
        );
        const fallback = rows[0]?.fallback;
        if (!fallback) return;
        await sql.query(
          `update oob.post set state = 'waiting', conversation = $2, place = $3, fallback = null, moved = $4, failures = 0,
             retry_at = null, leased_until = null where id = $1`,
          [id, storableJson(fallback), placeOf(fallback), storableJson(moved)],
        );
        await appendToTrail(sql, [trail]);
      });
    },

    async lose(id, trail) {
      await database.transaction(async (sql) => {
        const { count } = await sql.query(
          `update oob.post set state = 'lost', ended_at = $2, leased_until = null
           where (id = $1 and state = 'posting') or (below = $1 and state = 'waiting')`,
          [id, trail.at],
        );
        if (count > 0) await appendToTrail(sql, [trail]);
      });
    },

    async open() {
      const { rows } = await database.query<{ open: number }>(
        `select count(*) as open from oob.post where state in ('waiting', 'posting')`,
      );
      return rows[0]?.open ?? 0;
    },
  };
}

function postOf(row: PostRow): Post {
  const { id, subject, conversation, fallback, below, thread, moved, failures } = row;
  return {
    ...{ id, subject, conversation, fallback, below, thread, moved, failures },
    // What another version wrote in another shape is still said to be there.
    view: parseView(row.view) ?? { tone: 'neutral', title: subject },
    createdAt: row.created_at,
    isUnsure: row.is_unsure,
  };
}
