import { parseBlackouts } from '../../schedule/calendar/blackouts.ts';
import type { ConfiguredSchedule } from '../../schedule/reconcile.ts';
import type { Config } from '../schema.ts';
import { conversationOf } from './conversation-of.ts';
import { upkeepSchedulesOf } from './upkeep-schedules.ts';

/** The schedules of the configuration, those of upkeep among them. */
export function schedulesOf(config: Pick<Config, 'schedules' | 'provisioning'>): readonly ConfiguredSchedule[] {
  const written = config.schedules.entries.map(({ command, timezone, channel, reason, except, ...same }) => ({
    ...same,
    commandText: command,
    timeZone: timezone,
    conversation: conversationOf(channel),
    reason: reason ?? null,
    blackouts: parseBlackouts(except.join(',')) ?? [],
  }));
  return [...written, ...upkeepSchedulesOf(config)];
}
