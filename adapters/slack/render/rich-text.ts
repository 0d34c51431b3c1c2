import type { types } from '@slack/bolt';
import { cleanText, cutText } from '../../../src/messages/plain-text.ts';
import type { Span, Text } from '../../../src/messages/view.ts';
import { spanWords } from '../../../src/messages/words-of.ts';

/** A piece of a rich text line. Slack never looks for markup in it: no mention, link or format comes of what it says. */
export type RichSpan = types.RichTextText | types.RichTextLink;

/** A line of literal text. */
export function section(elements: RichSpan[]): types.RichTextSection {
  return { type: 'rich_text_section', elements };
}

/** Literal text in a style. */
export function span(text: string, style?: NonNullable<RichSpan['style']>): types.RichTextText {
  return { type: 'text', text, ...(style === undefined ? {} : { style }) };
}

/** Literal words in the style of a view's span, or as its link; `style` is that of the text around them. */
export function styled(words: string, part: Span, style?: NonNullable<RichSpan['style']>): RichSpan {
  if (typeof part === 'string') return span(words, style);
  if ('page' in part) return { type: 'link', url: part.page, text: words, ...(style === undefined ? {} : { style }) };
  return span(words, 'code' in part ? { ...style, code: true } : { ...style, bold: true });
}

/** A view's text as spans, at most `mostChars` characters of it; empty spans are left out, for Slack refuses them. */
export function richSpans(text: Text, mostChars: number): RichSpan[] {
  const parts: readonly Span[] = typeof text === 'string' ? [text] : text;
  const spans: RichSpan[] = [];
  let left = mostChars;
  for (const part of parts) {
    if (left <= 0) break;
    const shown = cutText(cleanText(spanWords(part).slice(0, left * 2)), left);
    left -= shown.length;
    if (shown !== '') spans.push(styled(shown, part));
  }
  return spans;
}

/** A block of lines, lists and preformatted text. */
export function richText(elements: types.RichTextBlock['elements']): types.RichTextBlock {
  return { type: 'rich_text', elements };
}
