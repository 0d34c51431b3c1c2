import { count, listed, plural } from '../../../messages/format.ts';
import { type ChecklistStep, found } from '../../step.ts';

/** A site is covered when so many of its PCs have an AMT status that is not old. */
const leastCoverage = 0.95;

/** Step 13. */
export const discoverComputers: ChecklistStep = {
  id: 'oob.discover',
  title: 'Discover computers with management controllers',
  shortTitle: 'discovery',
  optionality: 'recommended',
  appliesTo: 'every site',
  dependsOn: ['oob.sp', 'oob.pdaccount.decide'],
  actors: 'operators',
  recheckHours: 24,
  async verify({ fleet, setup, site }) {
    const check = 'coverage';
    const { devices, tallies, oldest } = await fleet();
    if (devices === 0)
      return [found.unknown(check, 'Import the inventory, or scan a range.', 'the inventory has no PC in this site')];
    const { statusKnown, statusOld } = tallies;
    const line = `AMT status of ${count(statusKnown.count)} of ${plural(devices, 'PC')} is known, none older than ${plural(setup.freshDays, 'day')}`;
    if (statusKnown.count >= devices * leastCoverage)
      return [{ ...found.pass(check, line), where: 'AMT status', at: oldest.status }];
    return [
      {
        ...found.unknown(
          check,
          'Have the AMT status of all PCs found out.',
          line,
          `missing: ${listed(statusOld.names, statusOld.count)}`,
        ),
        command: `discover site:${site}`,
      },
    ];
  },
};
