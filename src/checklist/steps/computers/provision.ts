import { count, listed, plural } from '../../../messages/format.ts';
import type { Tally } from '../../../ports/checklist/checklist-facts.ts';
import { type ChecklistStep, found, type Measured } from '../../step.ts';
import { targetsOf } from '../targets-of.ts';

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
    const { provisioningStopped: stopped, provisioningUnderWay: underWay } = tallies;
    const where = { where: 'AMT status', at: oldest.status };
    // What was provisioned once and is no more is step 16's to tell.
    const done = provisioned.count + reset.count;
    const line = `${count(done)} of ${plural(devices, 'PC')}`;
    const lines = [
      line,
      ...named('not provisioned', neverProvisioned),
      ...named('under way', underWay),
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
    const command = neverProvisioned.count === 0 ? {} : { command: `provision ${targetsOf(neverProvisioned, site)}` };
    const halves: readonly Measured[] =
      stopped.count === 0
        ? []
        : [
            {
              ...found.fail(
                'no provisioning stopped half-way',
                'Look at what it stopped at, then ask for it again: it goes on from there.',
                `${plural(stopped.count, 'PC')}: ${listed(stopped.names, stopped.count)}`,
              ),
              where: 'provisioning',
              command: `provision ${targetsOf(stopped, site)}`,
            },
          ];
    if (done === 0) return [...halves, { ...found.fail(check, 'Provision them.', ...lines), ...where, ...command }];
    if (done < devices - notSupported.count)
      return [
        ...halves,
        {
          ...found.warn(check, 'Provision the others, or attest why they are left.', ...lines),
          ...where,
          ...command,
          isAttestable: true,
        },
      ];
    return [...halves, { ...found.pass(check, ...lines), ...where }];
  },
};

const named = (what: string, tally: Tally): readonly string[] =>
  tally.count === 0 ? [] : [`${what}: ${listed(tally.names, tally.count)}`];
