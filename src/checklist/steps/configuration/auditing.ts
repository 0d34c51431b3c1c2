import { count, listed, plural } from '../../../messages/format.ts';
import { profileFor } from '../../../profiles/profile.ts';
import { type ChecklistStep, found } from '../../step.ts';
import { targetsOf } from './amt-settings.ts';

/** Step 9. */
export const auditing: ChecklistStep = {
  id: 'oob.auditcfg',
  title: 'Configure AMT auditing',
  shortTitle: 'auditing',
  optionality: 'recommended',
  appliesTo: 'PCs with AMT 4.0 or later',
  dependsOn: ['oob.settings'],
  actors: 'auditors',
  recheckHours: 24,
  async verify({ setup, fleet, site }) {
    const { devices, tallies, oldest } = await fleet();
    if (devices > 0 && tallies.mayAudit.count === 0)
      return [found.notApplicable('audit policy', 'no PC has AMT 4.0 or later, which the audit log needs')];
    const audited = setup.devices.filter((device) => (profileFor(device, setup.profiles)?.auditGroups.length ?? 0) > 0);
    if (audited.length === 0)
      return [
        {
          ...found.warn(
            'audit policy',
            'Name auditGroups in a profile, or attest why nothing is logged.',
            'no profile says what PCs are to log',
          ),
          isAttestable: true,
        },
      ];
    const policy = found.pass(
      'audit policy',
      `${count(audited.length)} of ${plural(setup.devices.length, 'PC')} are to log`,
    );
    const { auditDrifting, compared } = tallies;
    const check = 'PCs log as the profile says';
    if (auditDrifting.count > 0)
      return [
        policy,
        {
          ...found.fail(
            check,
            'Have the profile written to them.',
            `${plural(auditDrifting.count, 'PC')} log otherwise: ${listed(auditDrifting.names, auditDrifting.count)}`,
          ),
          where: 'last comparisons',
          command: `settings apply ${targetsOf(auditDrifting, site)}`,
        },
      ];
    if (compared.count < devices)
      return [
        policy,
        {
          ...found.unknown(
            check,
            'Have them compared: `/oob settings diff`.',
            `${count(compared.count)} of ${plural(devices, 'PC')} compared`,
          ),
          command: `settings diff site:${site}`,
        },
      ];
    return [
      policy,
      { ...found.pass(check, `all ${plural(devices, 'PC')}`), where: 'last comparisons', at: oldest.compared },
    ];
  },
};
