import type { Place } from './pages/page.ts';
import type { Span } from './view.ts';

declare const checked: unique symbol;

/** Address of a page of the console as people's browsers reach it. `isPageAddress` alone makes one of a string. */
export type PageAddress = string & { readonly [checked]: true };

/** Where a page is for those who read a message; null: it has no address that could be given to them. */
export type PageLinks = (place: Place) => PageAddress | null;

/** Longer ones are cut by some mail and chat clients. */
const mostChars = 2_000;

/** True for a web address without a password and without a character that any platform's markup could stumble over. */
export function isPageAddress(text: string): text is PageAddress {
  if (text.length > mostChars || !/^https?:\/\/[\w.~:/?#[\]@!$&'()*+,;=%-]+$/.test(text) || !URL.canParse(text))
    return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

/** Words that lead to a page; the words alone where there are no links. Pure. */
export function linked(words: string, place: Place, links: PageLinks | undefined): Span {
  const page = links?.(place) ?? null;
  return page === null ? words : { words, page };
}
