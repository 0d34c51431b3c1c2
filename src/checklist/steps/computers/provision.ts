import { count, listed, plural } from '../../../messages/format.ts';
import type { Tally } from '../../../ports/checklist/checklist-facts.ts';
import { type ChecklistStep, found } from '../../step.ts';

/** Step 14. */
export const provision: ChecklistStep = {
  id: 'oob.provision',
  title: 'Provision computers for AMT',
  shortTitle: 'provisioning',
  optionality: 'required',
  appliesTo: 'every site',
  dependsOn: ['oob.ad', 'oob.pki', 'oob.sp', 'oob.provcfg', 'oob.settings', 'oob.method'],
  actors: 'operators, with those who own the PCs',
  recheckHours: 24,
  async verify({ fleet, site }) {
    const check = 'PCs are provisioned';
    const { devices, tallies, oldest } = await fleet();
    const { provisioned, externallyProvisioned, neverProvisioned, reset, statusKnown, notSupported } = tallies;
    const where = { where: 'AMT status', at: oldest.status };
    // What was provisioned once and is no more is step 16's to tell.
    const done = provisioned.count + reset.count;
    const line = `${count(done)} of ${plural(devices, 'PC')}`;
    const lines = [
      line,
      ...named('not provisioned', neverProvisioned),
      ...named('provisioned by others', externallyProvisioned),
      ...named('without AMT, or closed', notSupported),
    ];
    if (statusKnown.count === 0)
      return [
        {
          ...found.unknown(check, 'Have their AMT status found out.', 'the AMT status of no PC is known'),
          command: `discover site:${site}`,
        },
      ];
    if (done === 0) return [{ ...found.fail(check, 'Provision them.', ...lines), ...where }];
    if (done < devices - notSupported.count)
      return [
        {
          ...found.warn(check, 'Provision the others, or attest why they are left.', ...lines),
          ...where,
          isAttestable: true,
        },
      ];
    return [{ ...found.pass(check, ...lines), ...where }];
  },
};

const named = (what: string, tally: Tally): readonly string[] =>
  tally.count === 0 ? [] : [`${what}: ${listed(tally.names, tally.count)}`];
