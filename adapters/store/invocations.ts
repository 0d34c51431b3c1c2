import type { InvocationStore, OfferedCommand } from '../../src/ports/store/invocation-store.ts';
import type { Database } from './database/connection.ts';
import { storableText } from './database/json.ts';

/** Keys already taken in oob.invocation_key, offered commands in oob.offer. */
export function createInvocationStore(database: Database): InvocationStore {
  return {
    async claimKey(key, at) {
      const { count } = await database.query(
        'insert into oob.invocation_key (key, seen_at) values ($1, $2) on conflict (key) do nothing',
        [storableText(key), at],
      );
      return count === 1;
    },

    async forget(before) {
      await database.query('delete from oob.invocation_key where seen_at < $1', [before]);
      await database.query('delete from oob.offer where offered_at < $1', [before]);
    },

    async offer(offer) {
      await database.query(
        'insert into oob.offer (action_id, command_text, principal, offered_at) values ($1, $2, $3, $4)',
        [offer.actionId, storableText(offer.text), offer.principal, offer.offeredAt],
      );
    },

    async takeOffer(actionId, principal) {
      const { rows } = await database.query<OfferedCommand>(
        `delete from oob.offer where action_id = $1 and principal = $2
         returning action_id as "actionId", command_text as text, principal, offered_at as "offeredAt"`,
        [storableText(actionId), principal],
      );
      return rows[0] ?? null;
    },
  };
}
