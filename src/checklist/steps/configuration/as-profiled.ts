import { plural } from '../../../messages/format.ts';
import type { SiteFleet, Tally } from '../../../ports/checklist/checklist-facts.ts';
import { found, type Measured } from '../../step.ts';
import { targetsOf } from '../targets-of.ts';

/** What the last comparisons of the PCs with their profiles say of a part of it. Pure. */
export function asProfiled(
  { devices, tallies, oldest }: SiteFleet,
  site: string,
  part: {
    readonly check: string;
    /** PCs of which it differs. */
    readonly drifting: Tally;
    /** Said where it differs. */
    readonly differs: string;
    /** Said while not all were compared lately. */
    readonly compared: string;
  },
): Measured {
  const { check, drifting, differs, compared } = part;
  const kept = { where: 'last comparisons', at: oldest.compared };
  if (drifting.count > 0)
    return {
      ...found.fail(check, 'Have the profile written to them.', differs),
      ...kept,
      command: `settings apply ${targetsOf(drifting, site)}`,
    };
  if (tallies.compared.count < devices)
    return {
      ...found.unknown(check, 'Have them compared: `/oob settings diff`.', compared),
      command: `settings diff site:${site}`,
    };
  return { ...found.pass(check, `all ${plural(devices, 'PC')}`), ...kept };
}
