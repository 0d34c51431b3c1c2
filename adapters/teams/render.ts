import { renderAdaptiveCard } from '../../src/messages/adaptive-card/adaptive-card.ts';
import { cleanText, cutText, shortLine } from '../../src/messages/plain-text.ts';
import type { Called, View } from '../../src/messages/view.ts';
import { wordsOf } from '../../src/messages/words-of.ts';

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
  const { calls = [], ...rest } = view;
  const card = renderAdaptiveCard(rest);
  const content = calls.length === 0 ? card : { ...card, ...calling(card.body, calls.slice(0, mostMentions)) };
  return { type: 'message', summary: card.fallbackText, attachments: [{ contentType: cardType, content }] };
}

const mostMentions = 20;

/**
 * The card's body with mentions below its title (Microsoft Teams documentation, "Format cards in Teams": mentions in Adaptive Cards take
 * the Microsoft Entra object id). They work in a TextBlock alone, which parses Markdown: a name keeps nothing that could mean anything.
 */
function calling(body: readonly object[], calls: readonly Called[]) {
  const mentions = calls.map(({ name, user }) => {
    const plain = shortLine(name.replace(/[^\p{L}\p{N}\p{M} .'-]/gu, ' '), 80).trim() || 'you';
    return { user, text: user === null ? plain : `<at>${plain}</at>`, name: plain };
  });
  const block = { type: 'TextBlock', wrap: true, spacing: 'Small', text: mentions.map(({ text }) => text).join(', ') };
  const entities = mentions.flatMap(({ user, text, name }) =>
    user === null ? [] : [{ type: 'mention', text, mentioned: { id: user, name } }],
  );
  return { body: [...body.slice(0, 1), block, ...body.slice(1)], msteams: { entities } };
}

/** Longest sentence that still reads well in the small note Teams shows to whoever pressed a button. */
const noteChars = 800;

/** A view as the note that only the person who pressed sees; null when it has parts that a note has no room for. */
export function renderNote(view: View): string | null {
  const { title, text, facts, progress, table, actions, context, attachment } = view;
  const rich = [facts, table?.rows, actions].some((part) => (part?.length ?? 0) > 0);
  if (rich || progress !== undefined || attachment !== undefined) return null;
  const said = wordsOf(text ?? '');
  const note = [title, said, context === undefined ? '' : `(${context})`].filter((part) => part !== '').join(' ');
  return note.length > noteChars ? null : cutText(cleanText(note), noteChars);
}
