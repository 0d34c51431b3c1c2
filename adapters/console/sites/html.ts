import { cleanText } from '../../../src/messages/plain-text.ts';

/** Markup that is safe to be sent: made by `html` alone. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Piece = string | number | Html | readonly Html[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand between tags and between double quotes. */
const escaped = (text: string): string => cleanText(text).replace(/[&<>"']/g, (char) => entities[char] ?? '');

function markupOf(piece: Piece): string {
  if (piece instanceof Html) return piece.markup;
  if (typeof piece === 'object') return piece.map(({ markup }) => markup).join('');
  return escaped(String(piece));
}

/** Markup with everything that is put in escaped, unless it is markup itself. Attributes are to be in double quotes. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(parts.map((part, at) => part + (at < pieces.length ? markupOf(pieces[at] ?? '') : '')).join(''));
}

/** No markup. */
export const nothing = new Html('');
