import { count, duration, listed, plural } from '../../../messages/format.ts';
import { type ChecklistStep, found } from '../../step.ts';

/** Below that share something is wrong with more than a few PCs. */
const leastShare = 0.9;

/** Step 6. */
export const powerTransmissions: ChecklistStep = {
  id: 'oob.sp.power',
  title: 'Configure power-on transmissions: tries, pauses, how early',
  shortTitle: 'power-on transmissions',
  optionality: 'conditional',
  appliesTo: 'sites where many PCs are turned on at once',
  dependsOn: ['oob.sp'],
  actors: 'those who run this service',
  recheckHours: 24,
  async verify({ setup: { transmission, freshDays }, fleet, site }) {
    const { retries, retryDelayMs, pauseAfter, pauseMs, offsetMs } = transmission;
    const { woke, stayedOff } = (await fleet()).tallies;
    const all = woke.count + stayedOff.count;
    const parameters = found.pass(
      'parameters',
      `${retries} retries, ${duration(retryDelayMs)} apart`,
      pauseAfter === null ? 'no pause' : `a pause of ${duration(pauseMs)} after ${plural(pauseAfter, 'PC')}`,
      `${duration(offsetMs)} before a scheduled activity`,
    );
    const check = 'power-on measured';
    if (all === 0)
      return [parameters, found.notApplicable(check, `no PC was turned on in the last ${plural(freshDays, 'day')}`)];
    const line = `${count(woke.count)} of ${plural(all, 'PC')} came on in the last ${plural(freshDays, 'day')}`;
    if (woke.count / all >= leastShare) return [parameters, found.pass(check, line)];
    return [
      parameters,
      found.warn(
        check,
        `Ask why: /oob why ${stayedOff.names[0] ?? `site:${site}`}`,
        line,
        `did not: ${listed(stayedOff.names, stayedOff.count)}`,
      ),
    ];
  },
};
