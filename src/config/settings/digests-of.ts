import type { DigestSettings } from '../../digest/digest-settings.ts';
import { cronOf } from '../../schedule/calendar/cron.ts';
import type { Config } from '../schema.ts';
import { conversationOf } from './conversation-of.ts';

/** The digests of a checked configuration. */
export function digestsOf({ digests, service }: Config): readonly DigestSettings[] {
  return digests.map(({ id, channel, fallback, cron: cronText, timezone, sites, sections }) => ({
    id,
    conversation: conversationOf(channel),
    fallback: fallback === undefined ? null : conversationOf(fallback),
    cronText,
    cron: cronOf(cronText),
    timeZone: timezone ?? service.timezone,
    sites: sites.length > 0 ? sites : null,
    sections,
  }));
}
