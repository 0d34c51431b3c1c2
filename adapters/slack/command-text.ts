/**
 * A command as it was typed, out of the text of a message event: Slack's markup undone, the mention and a `/oob` in front gone.
 * Null when the message mentions us somewhere else than in front: then it talks about us, not to us.
 */
export function commandInMessage(text: string, botUserId: string, mentionNeeded: boolean): string | null {
  const mention = new RegExp(`^\\s*<@${botUserId}(?:\\|[^>]*)?>[\\s,:]*`);
  const rest = text.replace(mention, '');
  if (mentionNeeded && rest === text) return null;
  return bareCommand(withoutMarkup(rest));
}

/** Text without `/oob` in front; whoever mentions us often types it all the same. */
export function bareCommand(text: string): string {
  return text
    .replaceAll('\u00a0', ' ')
    .replace(/^\s*\/?oob(?=\s|$)/i, '')
    .trim();
}

/**
 * Slack's message markup as the person typed it. Host names and mail addresses arrive as links (`<http://a.example|a.example>`),
 * and `&`, `<`, `>` as entities (docs.slack.dev, "Formatting message text").
 */
function withoutMarkup(text: string): string {
  return text
    .replace(/<([^<>|]*)(?:\|([^<>]*))?>/g, (_all, target: string, label: string | undefined) => {
      if (target.startsWith('!')) return label ?? `@${target.slice(1).split('^')[0]}`;
      if (target.startsWith('#') || target.startsWith('@')) return `${target.charAt(0)}${label ?? target.slice(1)}`;
      return label ?? target.replace(/^mailto:/, '');
    })
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
