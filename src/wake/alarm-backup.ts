import type { WakeSettings } from './wake-settings.ts';

/** Characters that a name may have (Intel AMT Implementation and Reference Guide, "Alarm Clock"). */
const mostChars = 32;

/** Name of the alarm of a schedule: one per PC and schedule, replaced each time. */
const nameOf = (scheduleId: string) => `oob ${scheduleId}`.slice(0, mostChars);

/**
 * The `set-alarm` that has PCs turn themselves on though they lose the network meanwhile: its parameters; null when the site wants
 * none, or when there is no whole minute left before it would ring. AMT rings at whole minutes only (Intel AMT Implementation and
 * Reference Guide, "Alarm Clock"), so the moment is rounded down. Pure.
 */
export function alarmBackup(
  dueAt: Date,
  now: Date,
  { alarmBackupMinutes }: Pick<WakeSettings, 'alarmBackupMinutes'>,
  scheduleId: string,
): { readonly name: string; readonly at: string } | null {
  if (alarmBackupMinutes === null) return null;
  const minute = 60_000;
  const atMs = Math.floor((dueAt.getTime() - alarmBackupMinutes * minute) / minute) * minute;
  return atMs - now.getTime() < minute ? null : { name: nameOf(scheduleId), at: new Date(atMs).toISOString() };
}
