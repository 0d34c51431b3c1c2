import { count, listed, plural } from '../../../messages/format.ts';
import { type ChecklistStep, found } from '../../step.ts';

const words = {
  'amt-only': 'by AMT, which confirms',
  'amt-then-wol': 'by AMT, else by magic packets',
  'wol-only': 'by magic packets, which nobody confirms',
} as const;

/** Step 15. */
export const wakeSite: ChecklistStep = {
  id: 'oob.wakesite',
  title: 'Configure the site to send power-on commands for scheduled activities',
  shortTitle: 'scheduled wake-ups',
  optionality: 'conditional',
  appliesTo: 'sites whose PCs are turned on by schedules',
  dependsOn: ['oob.sp', 'oob.provision'],
  actors: 'operators',
  recheckHours: 24,
  async verify({ fleet, setup: { wakeMethod, wakeSchedules, freshDays } }) {
    const way = `${wakeMethod}: ${words[wakeMethod]}`;
    if (wakeSchedules.length === 0)
      return [found.notApplicable('schedules', 'no schedule turns PCs of this site on', `if one did: ${way}`)];
    const method =
      wakeMethod === 'wol-only'
        ? {
            ...found.warn('method', 'Set wake.method to amt-only or amt-then-wol, or attest why not.', way),
            isAttestable: true as const,
          }
        : found.pass('method', way, `schedules: ${listed(wakeSchedules, wakeSchedules.length)}`);
    const { woke, stayedOff } = (await fleet()).tallies;
    const check = 'wake-ups measured';
    const all = woke.count + stayedOff.count;
    const since = `in the last ${plural(freshDays, 'day')}`;
    if (all === 0)
      return [
        method,
        found.unknown(
          check,
          'Wait for the next due time; or have one run now: /oob schedule run NAME.',
          `none ${since}`,
        ),
      ];
    const line = `${count(woke.count)} of ${plural(all, 'PC')} came on ${since}`;
    return [
      method,
      woke.count === 0
        ? found.fail(check, `Ask why: /oob why ${stayedOff.names[0] ?? 'HOST'}`, line)
        : found.pass(check, line),
    ];
  },
};
