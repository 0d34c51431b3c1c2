import type { Platform } from '../../src/ports/chat.ts';
import type { LinkOffer, LinkStore } from '../../src/ports/store/link-store.ts';
import type { Database, Sql } from './database/connection.ts';
import { storableText } from './database/json.ts';
import { guesserLockSpace } from './database/locks.ts';

interface LinkRow {
  platform: Platform;
  tenant: string;
  user_id: string;
  principal: string;
  linked_at: Date;
}

interface OfferRow {
  code_hash: string;
  platform: Platform;
  tenant: string;
  user_id: string;
  display_name: string;
  expires_at: Date;
}

/** Links in oob.account_link, offers in oob.link_offer. */
export function createLinkStore(database: Database): LinkStore {
  return {
    async all() {
      const { rows } = await database.query<LinkRow>('select * from oob.account_link order by linked_at');
      return rows.map(({ platform, tenant, user_id: user, principal, linked_at: linkedAt }) => ({
        account: { platform, tenant, user },
        principal,
        linkedAt,
      }));
    },
    async offer({ codeHash, account, displayName, expiresAt }) {
      await database.query(
        `insert into oob.link_offer (platform, tenant, user_id, code_hash, display_name, expires_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (platform, tenant, user_id) do update
           set code_hash = excluded.code_hash, display_name = excluded.display_name, expires_at = excluded.expires_at`,
        [account.platform, account.tenant, account.user, codeHash, storableText(displayName), expiresAt],
      );
    },
    guess: ({ codeHash, principal, at, limit }) =>
      database.transaction(async (sql) => {
        // Two statements: the count must see what was committed while the lock was waited for.
        await sql.query('select pg_advisory_xact_lock($1, hashtext($2))', [guesserLockSpace, principal]);
        const misses = await missesOf(sql, principal, limit.since);
        if (misses.length >= limit.most) return { kind: 'too_many', misses };
        const { rows } = await sql.query<OfferRow>(
          'delete from oob.link_offer where code_hash = $1 and expires_at > $2 returning *',
          [codeHash, at],
        );
        const [row] = rows;
        if (row) return { kind: 'taken', offer: offerOf(row) };
        await sql.query('insert into oob.link_miss (principal, at) values ($1, $2)', [principal, at]);
        return { kind: 'miss' };
      }),
    async add({ account, principal, linkedAt }) {
      const { count } = await database.query(
        `insert into oob.account_link (platform, tenant, user_id, principal, linked_at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
        [account.platform, account.tenant, account.user, principal, linkedAt],
      );
      return count === 1;
    },
    async remove(principal, platform) {
      const { count } = await database.query('delete from oob.account_link where principal = $1 and platform = $2', [
        principal,
        platform,
      ]);
      return count;
    },
  };
}

async function missesOf(sql: Sql, principal: string, since: Date): Promise<readonly Date[]> {
  // Only one's own: two who guess at once would wait for each other's rows in a ring.
  await sql.query('delete from oob.link_miss where principal = $1 and at < $2', [principal, since]);
  const { rows } = await sql.query<{ at: Date }>('select at from oob.link_miss where principal = $1 order by at', [
    principal,
  ]);
  return rows.map(({ at }) => at);
}

function offerOf(row: OfferRow): LinkOffer {
  const { platform, tenant, user_id: user } = row;
  return {
    codeHash: row.code_hash,
    account: { platform, tenant, user },
    displayName: row.display_name,
    expiresAt: row.expires_at,
  };
}
