import { renderAdaptiveCard } from '../../src/messages/adaptive-card/adaptive-card.ts';
import type { AdaptiveCard } from '../../src/messages/adaptive-card/adaptive-card-json.ts';
import type { Picture, View } from '../../src/messages/view.ts';
import type { ConsoleMessage } from '../../src/ports/store/invocation-store.ts';
import { readStoredView } from './stored-message.ts';

/** Author of everything the service itself says. */
export const serviceAuthor = 'oob';

/** One message as it goes to the page and to `oob say`, as JSON. */
export interface ShownMessage {
  readonly number: number;
  readonly change: number;
  readonly author: string;
  readonly authorName: string;
  /** Only the reader sees it. */
  readonly private: boolean;
  /** Number of the message it hangs below. */
  readonly thread: number | null;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly editedAt: string | null;
  /** What a person typed; null for the service. */
  readonly text: string | null;
  readonly invocation: string | null;
  /** Without attachment and picture. */
  readonly view: View | null;
  readonly card: AdaptiveCard | null;
  readonly attachment: { readonly name: string; readonly mediaType: string; readonly bytes: number } | null;
  /** Fetched by itself, so that a list of messages stays small. */
  readonly picture: Omit<Picture, 'base64'> | null;
}

/** Makes the function that turns stored messages into what readers get. `people` gives names; unknown authors keep their id. */
export function createMessageRenderer(
  people: readonly { readonly id: string; readonly name: string }[],
): (message: ConsoleMessage) => ShownMessage {
  const names = new Map([[serviceAuthor, 'oob'], ...people.map(({ id, name }) => [id, name] as const)]);
  return (message) => {
    const stored = readStoredView(message.view);
    const { attachment, picture, ...view }: View = stored.view ?? { tone: 'neutral', title: '' };
    return {
      number: message.number,
      change: message.change,
      author: message.author,
      authorName: names.get(message.author) ?? message.author,
      private: message.visibleTo !== null,
      thread: message.thread,
      at: message.at.toISOString(),
      editedAt: message.editedAt?.toISOString() ?? null,
      text: message.text,
      invocation: stored.invocation,
      view: stored.view === null ? null : view,
      // The page offers the whole file for download, so the card needs no excerpt of it.
      card: stored.view === null ? null : renderAdaptiveCard(view),
      attachment:
        attachment === undefined
          ? null
          : { name: attachment.name, mediaType: attachment.mediaType, bytes: Buffer.byteLength(attachment.content) },
      picture: picture === undefined ? null : withoutBytes(picture),
    };
  };
}

function withoutBytes({ name, mediaType, width, height, alt }: Picture): Omit<Picture, 'base64'> {
  return { name, mediaType, width, height, alt };
}
