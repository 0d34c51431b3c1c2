import { renderAdaptiveCard } from '../../src/messages/adaptive-card.ts';
import { cleanText, cutText } from '../../src/messages/plain-text.ts';
import type { View } from '../../src/messages/view.ts';

/** Media type of a card, in messages and in answers to a press. */
const cardType = 'application/vnd.microsoft.card.adaptive';

/** A message as the Bot Connector takes it. */
export interface OutgoingMessage {
  readonly type: 'message';
  /** What notifications and the list of chats show. */
  readonly summary: string;
  readonly attachments: readonly { readonly contentType: typeof cardType; readonly content: object }[];
}

/** A view as a message: one card, and its title where there is no room for cards. */
export function renderMessage(view: View): OutgoingMessage {
  const content = renderAdaptiveCard(view);
  return { type: 'message', summary: content.fallbackText, attachments: [{ contentType: cardType, content }] };
}

/** Longest sentence that still reads well in the small note Teams shows to whoever pressed a button. */
const noteChars = 800;

/** A view as the note that only the person who pressed sees; null when it has parts that a note has no room for. */
export function renderNote(view: View): string | null {
  const { title, text, facts, progress, table, actions, context, attachment } = view;
  const rich = [facts, table?.rows, actions].some((part) => (part?.length ?? 0) > 0);
  if (rich || progress !== undefined || attachment !== undefined) return null;
  const said =
    typeof text === 'string' || text === undefined
      ? (text ?? '')
      : text.map((span) => (typeof span === 'string' ? span : 'code' in span ? span.code : span.strong)).join('');
  const note = [title, said, context === undefined ? '' : `(${context})`].filter((part) => part !== '').join(' ');
  return note.length > noteChars ? null : cutText(cleanText(note), noteChars);
}
