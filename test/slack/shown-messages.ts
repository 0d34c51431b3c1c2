import type { ShownMessage } from '../contract/chat-contract.ts';
import { look, pictureAlts, pictureIds } from './block-kit.ts';
import type { EmulatedWebApi, Json } from './emulated-web-api.ts';

/** A message that only one person saw; Slack keeps none of these. */
export interface Ephemeral {
  readonly id: string;
  readonly thread: string | null;
  readonly body: Json;
}

/** What these channels show now, threads included, files with the message in whose thread they hang. Oldest first. */
export async function storedMessages(
  webApi: EmulatedWebApi,
  channels: Iterable<string>,
  fileContents: ReadonlyMap<string, Buffer>,
): Promise<ShownMessage[]> {
  const shown: ShownMessage[] = [];
  for (const channel of channels) {
    const all: Json[] = [];
    for (const top of await webApi.list('conversations.history', { channel, limit: '1000' }, 'messages')) {
      if (top.reply_count === undefined) all.push(top);
      else all.push(...(await webApi.list('conversations.replies', { channel, ts: String(top.ts) }, 'messages')));
    }
    const shares = all.filter(({ subtype }) => subtype === 'file_share');
    for (const message of all.filter(({ subtype, blocks }) => subtype === undefined && blocks !== undefined)) {
      shown.push({
        ...look(message),
        id: String(message.ts),
        private: channel.startsWith('D'),
        thread: message.thread_ts === undefined ? null : String(message.thread_ts),
        files: shares
          .filter(({ thread_ts }) => thread_ts === message.ts)
          .flatMap(({ files }) => (Array.isArray(files) ? files : []))
          .map(({ id, name }) => ({ name, content: fileContents.get(id)?.toString('utf8') ?? '' })),
        pictures: picturesOf(message, fileContents),
      });
    }
  }
  return shown;
}

function picturesOf(message: Json, fileContents: ReadonlyMap<string, Buffer>): ShownMessage['pictures'] {
  const blocks = Array.isArray(message.blocks) ? message.blocks : [];
  const alts = pictureAlts(blocks);
  return pictureIds(blocks).map((id, at) => ({
    alt: alts[at] ?? '',
    base64: fileContents.get(id)?.toString('base64') ?? '',
  }));
}

/** The ephemeral ones in the same form. */
export function ephemeralMessages(ephemerals: readonly Ephemeral[]): ShownMessage[] {
  return ephemerals.map(({ id, thread, body }) => ({
    ...look(body),
    id,
    thread,
    private: true,
    files: [],
    pictures: [],
  }));
}
