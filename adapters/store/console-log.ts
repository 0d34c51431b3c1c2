import type { ConsoleLog, ConsoleMessage } from '../../src/ports/store/invocation-store.ts';
import type { Database } from './database/connection.ts';
import { storableJson, storableText, storableTextOrNull } from './database/json.ts';

const columns = `number, change, channel, author, visible_to as "visibleTo", thread, message_text as text, view, at,
  edited_at as "editedAt"`;

/** The local console's messages in oob.console_message. */
export function createConsoleLog(database: Database): ConsoleLog {
  return {
    async append(message) {
      const { rows } = await database.query<{ number: number }>(
        `with next as (update oob.console_change set last = last + 1 returning last)
         insert into oob.console_message (change, channel, author, visible_to, thread, message_text, view, at, post_key)
         select last, $1, $2, $3, $4, $5, $6, $7, $8 from next
         on conflict (post_key) do update set change = excluded.change, view = excluded.view, edited_at = excluded.at
         returning number`,
        [
          storableText(message.channel),
          storableText(message.author),
          message.visibleTo,
          message.thread,
          storableTextOrNull(message.text),
          message.view === null ? null : storableJson(message.view),
          message.at,
          message.key ?? null,
        ],
      );
      const row = rows[0];
      if (!row) throw new Error('oob.console_change has lost its row');
      return row.number;
    },

    async replace(number, view, at) {
      const { count } = await database.query(
        `with next as (update oob.console_change set last = last + 1 returning last)
         update oob.console_message set view = $2, edited_at = $3, change = next.last from next where number = $1`,
        [number, view === null ? null : storableJson(view), at],
      );
      return count === 1;
    },

    async changes(channel, after, limit) {
      const { rows } = await database.query<ConsoleMessage>(
        `select ${columns} from oob.console_message where channel = $1 and change > $2 order by change limit $3`,
        [channel, after, limit],
      );
      return rows;
    },

    async latest(channel, limit) {
      const { rows } = await database.query<ConsoleMessage>(
        `select * from (
           select ${columns} from oob.console_message where channel = $1 order by number desc limit $2) as newest
         order by number`,
        [channel, limit],
      );
      return rows;
    },
  };
}
