import type { Moved } from '../../ports/digests/post-store.ts';
import type { Span, View } from '../view.ts';

const whys: Readonly<Record<string, string>> = {
  rate_limited: 'the platform limits the rate for too long',
  platform_down: 'the platform does not answer',
  not_allowed: 'the bot may not post there any more',
  channel_gone: 'the channel is archived, deleted, or the bot was removed from it',
  message_gone: 'the message that it belongs to is gone',
  token_revoked: 'the platform does not accept the bot’s token any more',
  too_large: 'the platform finds it too large',
  platform_off: 'the platform is not configured',
  unsure: 'the platform’s answer was lost: it may be there already, and is not posted there again',
};

/** The same message, posted elsewhere than it should be, with where that was and why. Pure. */
export function movedView(view: View, { from, code }: Moved): View {
  const place = `${from.platform} ${from.name ?? from.channel}`;
  const said: Span[] = [
    { strong: `Meant for ${place}` },
    `, and posted here because ${whys[code] ?? 'it was not taken'} (${code}).`,
  ];
  const text: readonly Span[] = typeof view.text === 'string' ? [view.text] : (view.text ?? []);
  return { ...view, tone: 'warning', text: [...said, ...(text.length > 0 ? ['\n', ...text] : [])] };
}
