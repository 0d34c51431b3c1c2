import type { Platform } from '../../src/ports/chat.ts';
import type { LinkStore } from '../../src/ports/link-store.ts';
import type { Database } from './database/connection.ts';
import { storableText } from './database/json.ts';

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
    async takeOffer(codeHash, now) {
      const { rows } = await database.query<OfferRow>(
        'delete from oob.link_offer where code_hash = $1 and expires_at > $2 returning *',
        [codeHash, now],
      );
      const [row] = rows;
      if (!row) return null;
      const { platform, tenant, user_id: user } = row;
      return {
        codeHash: row.code_hash,
        account: { platform, tenant, user },
        displayName: row.display_name,
        expiresAt: row.expires_at,
      };
    },
    async misses(principal, since) {
      await database.query('delete from oob.link_miss where at < $1', [since]);
      const { rows } = await database.query<{ misses: number }>(
        'select count(*) as misses from oob.link_miss where principal = $1',
        [principal],
      );
      return Number(rows[0]?.misses ?? 0);
    },
    async noteMiss(principal, at) {
      await database.query('insert into oob.link_miss (principal, at) values ($1, $2)', [principal, at]);
    },
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
