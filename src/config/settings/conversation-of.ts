import { type Conversation, type Platform, platforms } from '../../ports/chat.ts';

/**
 * The place that the configuration names as `platform:tenant/channel`, the form that `channelWord` of the policy writes. Throws
 * TypeError for `any` and what else is no place; the schema lets none through.
 */
export function conversationOf(word: string): Conversation {
  const [, name = '', tenant = '', channel = ''] = /^([a-z]+):([^/]+)\/(.+)$/.exec(word) ?? [];
  const platform = platforms.find((each): each is Platform => each === name);
  if (platform === undefined) throw new TypeError(`${word} is no channel`);
  return { platform, tenant, channel, direct: false, reference: {} };
}
