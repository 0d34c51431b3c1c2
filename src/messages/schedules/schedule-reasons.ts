import { ended, refused } from '../reasons/reason.ts';

/** Why a schedule was not taken or not changed. */
export const scheduleReasons = {
  no_such_schedule: refused('There is no such schedule.', '`/oob schedule list` shows what there is.'),
  schedule_exists: refused('There is a schedule of that name.', 'Take another name, or remove that one first.'),
  schedule_of_config: refused(
    'This schedule stands in the configuration.',
    'It can be paused from here; anything else is changed there.',
  ),
  not_your_schedule: refused('Only the owner of a schedule or an administrator can do this.', 'Ask one of them.'),
  already_paused: refused('This schedule is paused already.', '`/oob schedule resume NAME` lets it go on.'),
  bad_cron: refused(
    'The times of the schedule cannot be read.',
    'Five fields: minute, hour, day of month, month, day of week, such as "0 22 * * 2".',
  ),
  too_often: refused('That is more often than a schedule may be due.', 'Leave more time between two of them.'),
  unknown_time_zone: refused('There is no such time zone.', 'Name one of the IANA list, such as Europe/Madrid.'),
  not_schedulable: refused(
    'This command cannot be scheduled.',
    'Schedules take commands that work on PCs, without --dry-run and --break-glass, and without a date of their own.',
  ),
  not_resting: refused('This schedule is not paused.', '`/oob schedule show NAME` tells its next times.'),
  nothing_due: refused('Nothing of that is due on any PC.', 'Name the PCs to have it done before it is due.'),
  owner_left: refused(
    'The owner of the schedule is no longer here or has no role, so it was paused.',
    'An administrator can take it over: `/oob schedule resume NAME`.',
  ),
} as const;

/** Why nothing was asked for at a due time of a schedule. */
export const tickReasons = {
  nobody_there: refused(
    'The service was not there at this time: it was down, or its clock was changed.',
    'Ask for it by hand if it still should be done: `/oob schedule run NAME`.',
  ),
  overtaken: refused('A later due time of the schedule was asked for late instead of this one.', ''),
  schedule_changed: refused(
    'The service was not there at this time, and the schedule was changed or removed meanwhile.',
    'Ask for it by hand if it still should be done.',
  ),
  schedule_paused: ended('The schedule was paused.'),
  blackout: ended('The day is one on which the schedule rests.'),
} as const;
