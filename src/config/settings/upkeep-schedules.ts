import type { ConfiguredSchedule } from '../../schedule/reconcile.ts';
import { upkeepSchedules } from '../../schedule/upkeep-schedules.ts';
import type { Config } from '../schema.ts';
import { conversationOf } from './conversation-of.ts';

const rotateLateMinutes = 60;

/** Schedules like any others, with an owner who answers for them; none where nobody does. */
export function upkeepSchedulesOf({
  provisioning: { upkeep },
}: Pick<Config, 'provisioning'>): readonly ConfiguredSchedule[] {
  const { owner, channel, timezone: timeZone, renewCron, renewHours, renewDays, rotateCron, rotateDays } = upkeep;
  if (owner === undefined || channel === undefined) return [];
  const both = { owner, timeZone, conversation: conversationOf(channel), missed: 'run-late', blackouts: [] } as const;
  return [
    {
      ...both,
      id: upkeepSchedules.renew,
      commandText: 'renew due:certificates',
      cron: renewCron,
      lateMinutes: renewHours * 60,
      reason: `certificates that end within ${renewDays} days`,
    },
    {
      ...both,
      id: upkeepSchedules.rotate,
      commandText: 'rotate due:passwords',
      cron: rotateCron,
      lateMinutes: rotateLateMinutes,
      reason: `passwords older than ${rotateDays} days`,
    },
  ];
}
