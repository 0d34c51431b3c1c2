import type { Mention } from './activity.ts';

/** How to read a message's text. */
export interface TextSetting {
  /** Bot Framework id of the bot, `28:` and its app id. */
  readonly botId: string;
  readonly mentions: readonly Mention[];
  /** Outside one-to-one conversations only what is said to the bot is for it. */
  readonly mentionNeeded: boolean;
}

/**
 * The command in a message's text as the person typed it: without the bot's mentions (there may be several, and they need not
 * stand in front), without `/oob`, with entities decoded and what phones make of quotes and dashes undone. Null when the
 * message is not said to the bot.
 */
export function readCommandText(text: string, setting: TextSetting): string | null {
  let rest = text;
  let mentioned = false;
  for (const mention of setting.mentions) {
    if (mention.mentionedId !== setting.botId) continue;
    mentioned ||= rest.includes(mention.text);
    rest = rest.replaceAll(mention.text, ' ');
  }
  const typed = asTyped(decodeEntities(withoutTags(rest)));
  const bare = typed.replace(/^\/?oob(?:\s+|$)/i, '');
  const slash = /^\/oob(?:\s|$)/i.test(typed);
  return setting.mentionNeeded && !mentioned && !slash ? null : bare;
}

/** Tags in the raw text are Teams' own: what a person types arrives as entities. Other people's names stay. */
function withoutTags(text: string): string {
  return text.replace(/<br\s*\/?>/gi, ' ').replace(/<\/?at(?:\s[^<>]*)?>/gi, '');
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** One pass only: `&amp;lt;` is the text `&lt;`. */
function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return named[name.toLowerCase()] ?? whole;
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Undoes smart punctuation, which would break `--option "quoted words"`, and makes one blank of any run of them. */
function asTyped(text: string): string {
  return text
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[“”„«»]/g, '"')
    .replace(/[‘’‚]/g, "'")
    .replace(/(^| )[—–](?=[a-z])/gi, '$1--')
    .trim();
}
