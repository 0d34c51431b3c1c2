import { type RefusalCode, reasons } from '../reasons/reasons.ts';
import type { Action, Text, View } from '../view.ts';

/** A refusal as the person concerned sees it: what, why, what to do, and the code to search for. */
export function refusalCard(
  refusal: { readonly code: RefusalCode; readonly details: readonly string[] },
  more: { readonly title?: string; readonly actions?: readonly Action[] } = {},
): View {
  const { what, mend } = reasons[refusal.code];
  const text = [...refusal.details.map(asSentence), mend].filter((part) => part !== '').join(' ');
  return {
    tone: 'warning',
    outcome: 'refused',
    title: more.title ?? what,
    ...(text === '' ? {} : { text: withCode(more.title ? `${what} ${text}` : text) }),
    ...(more.actions ? { actions: more.actions } : {}),
    context: refusal.code,
  };
}

const asSentence = (text: string) => (/[.?!]$/.test(text) ? text : `${text}.`);

/** Turns `back-quoted` parts into code spans. */
export function withCode(text: string): Text {
  const spans = text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? { code: part } : part))
    .filter((span) => span !== '');
  return spans.length === 1 && typeof spans[0] === 'string' ? spans[0] : spans;
}
