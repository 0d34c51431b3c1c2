import type { Conversation, Platform } from '../../ports/chat.ts';
import { platforms } from '../../ports/chat.ts';
import { parseBlackouts } from '../../schedule/blackouts.ts';
import type { ConfiguredSchedule } from '../../schedule/reconcile.ts';
import type { Config } from '../schema.ts';

/** The schedules of the configuration. */
export function schedulesOf({ schedules }: Pick<Config, 'schedules'>): readonly ConfiguredSchedule[] {
  return schedules.entries.map(({ command, timezone, channel, reason, except, ...same }) => ({
    ...same,
    commandText: command,
    timeZone: timezone,
    conversation: conversationOf(channel),
    reason: reason ?? null,
    blackouts: parseBlackouts(except.join(',')) ?? [],
  }));
}

/** The place that `platform:tenant/channel` names. Its adapter knows what else is needed to post there. */
function conversationOf(word: string): Conversation {
  const [name = '', rest = ''] = word.split(/:(.*)/s);
  const [tenant = '', channel = ''] = rest.split(/\/(.*)/s);
  const platform: Platform = platforms.find((each) => each === name) ?? 'console';
  return { platform, tenant, channel, direct: false, reference: {} };
}
