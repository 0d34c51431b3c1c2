import { commandSpecs } from '../../../commands/index.ts';
import { parseCron } from '../../../schedule/calendar/cron.ts';
import { shortestPauseMinutes } from '../../../schedule/calendar/due-times.ts';
import { readScheduled } from '../../../schedule/scheduled-command.ts';
import type { Path, Say } from '../say.ts';

/** What of the configuration schedules are made from. */
interface LinkedSchedules {
  readonly leastMinutes: number;
  readonly entries: readonly {
    readonly command: string;
    readonly cron: string;
  }[];
}

/** Commands that can't be scheduled, and times that come too often. */
export function checkSchedules({ leastMinutes, entries }: LinkedSchedules, say: Say): void {
  for (const [index, { command, cron }] of entries.entries()) {
    // Words that name a date are not taken anyway, so any moment does.
    const read = readScheduled(command, commandSpecs, new Date(0), 'UTC');
    if (!read.ok) say(['schedules', 'entries', index, 'command'], 'a command that works on devices', read.problem);
    checkPause(cron, leastMinutes, ['schedules', 'entries', index, 'cron'], say);
  }
}

/** Times that come too often: less than `leastMinutes` after one another. */
export function checkPause(cron: string, leastMinutes: number, path: Path, say: Say): void {
  const parsed = parseCron(cron);
  if (parsed.ok && shortestPauseMinutes(parsed.cron) < leastMinutes)
    say(path, `times at least ${leastMinutes} minutes apart`, 'schedules.leastMinutes says so.');
}
