import type { DigestSettings } from '../../digest/digest-settings.ts';
import { parseCron } from '../../schedule/calendar/cron.ts';
import type { Config } from '../schema.ts';
import { conversationOf } from './conversation-of.ts';

/** The digests of a checked configuration. */
export function digestsOf({ digests, service }: Config): readonly DigestSettings[] {
  return digests.map(({ id, channel, fallback, cron: cronText, timezone, sites, sections }) => {
    const parsed = parseCron(cronText);
    if (!parsed.ok) throw new TypeError(parsed.problem);
    return {
      id,
      conversation: conversationOf(channel),
      fallback: fallback === undefined ? null : conversationOf(fallback),
      cronText,
      cron: parsed.cron,
      timeZone: timezone ?? service.timezone,
      sites: sites.length > 0 ? sites : null,
      sections,
    };
  });
}
