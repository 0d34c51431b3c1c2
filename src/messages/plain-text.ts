/**
 * Characters that would change the text around them or that no font draws: control characters except the line feed, and the
 * bidirectional overrides and isolates, with which a computer's name could turn the rest of a line around.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
const invisible = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Text as it may be shown: line ends are `\n`, a tab is a space, the invisible is gone, UTF-16 is well formed. */
export function cleanText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replaceAll('\t', ' ').replace(invisible, '').toWellFormed();
}

/** `cleanText` on one line. */
export function cleanLine(text: string): string {
  return cleanText(text).replaceAll('\n', ' ');
}

/** The first `mostChars` UTF-16 units at most, the last of them an ellipsis when something was cut. Never half a character. */
export function cutText(text: string, mostChars: number): string {
  if (text.length <= mostChars) return text;
  const kept = text.slice(0, Math.max(0, mostChars - 1));
  const last = kept.charCodeAt(kept.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? kept.slice(0, -1) : kept}…`;
}

/** One line of at most `mostChars`, cleaned and cut. What is far too long is not even looked at. */
export function shortLine(text: string, mostChars: number): string {
  return cutText(cleanLine(text.slice(0, mostChars * 2)), mostChars);
}

/** True for words with a mark before them, such as `✖ fails`: a list need not say that they are a state. */
export const isMarked = (text: string): boolean => /^[✔▲✖◐○?] /.test(text);

const counts = new Intl.NumberFormat('en-US');

/** A count with separators: 1,962. */
export function formatCount(count: number): string {
  return counts.format(count);
}
