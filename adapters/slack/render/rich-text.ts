import type { types } from '@slack/bolt';
import { cleanText, cutText } from '../../../src/messages/plain-text.ts';
import type { Span, Text } from '../../../src/messages/view.ts';

/** A piece of a rich text line. Slack never looks for markup in it: no mention, link or format comes of what it says. */
export type RichSpan = types.RichTextText;

/** A line of literal text. */
export function section(elements: RichSpan[]): types.RichTextSection {
  return { type: 'rich_text_section', elements };
}

/** Literal text in a style. */
export function span(text: string, style?: NonNullable<RichSpan['style']>): RichSpan {
  return { type: 'text', text, ...(style === undefined ? {} : { style }) };
}

/** A view's text as spans, at most `mostChars` characters of it; empty spans are left out, for Slack refuses them. */
export function richSpans(text: Text, mostChars: number): RichSpan[] {
  const parts: readonly Span[] = typeof text === 'string' ? [text] : text;
  const spans: RichSpan[] = [];
  let left = mostChars;
  for (const part of parts) {
    if (left <= 0) break;
    const whole = typeof part === 'string' ? part : 'code' in part ? part.code : part.strong;
    const shown = cutText(cleanText(whole.slice(0, left * 2)), left);
    left -= shown.length;
    if (shown === '') continue;
    if (typeof part === 'string') spans.push(span(shown));
    else spans.push(span(shown, 'code' in part ? { code: true } : { bold: true }));
  }
  return spans;
}

/** A block of lines, lists and preformatted text. */
export function richText(elements: types.RichTextBlock['elements']): types.RichTextBlock {
  return { type: 'rich_text', elements };
}
