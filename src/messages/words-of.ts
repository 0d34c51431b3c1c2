import type { Span, Text } from './view.ts';

/** Spans as a text; one string when none of them has a style or a link. Pure. */
export function joinedText(spans: readonly Span[]): Text {
  const plain = spans.filter((span) => typeof span === 'string');
  return plain.length === spans.length ? plain.join('') : spans;
}

/** Pieces one after the other with `separator` between them, such as lines with line ends. Pure. */
export function separated(pieces: readonly (readonly Span[])[], separator: string): readonly Span[] {
  return pieces.flatMap((piece, at) => (at > 0 ? [separator, ...piece] : piece));
}

/** The words of a text, without style and links. Pure. */
export function wordsOf(text: Text): string {
  return typeof text === 'string' ? text : text.map(spanWords).join('');
}

/** The words of a piece of text. Pure. */
export function spanWords(span: Span): string {
  if (typeof span === 'string') return span;
  if ('code' in span) return span.code;
  return 'strong' in span ? span.strong : span.words;
}
