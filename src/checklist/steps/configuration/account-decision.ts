import { count, listed, plural } from '../../../messages/format.ts';
import { type ChecklistStep, found } from '../../step.ts';

/** Step 11. */
export const accountDecision: ChecklistStep = {
  id: 'oob.pdaccount.decide',
  title: 'Decide whether provisioning and discovery need accounts of their own',
  shortTitle: 'need for accounts',
  optionality: 'required',
  appliesTo: 'every site; needed where PCs have a MEBx password of their own, or were provisioned by another product',
  dependsOn: ['oob.method'],
  actors: 'those who buy and set up PCs',
  recheckHours: 24,
  async verify({ fleet, setup, site }) {
    const check = 'PCs that let nobody in';
    const { devices, tallies, oldest } = await fleet();
    const { detected, statusKnown } = tallies;
    const where = { where: 'AMT status', at: oldest.status };
    if (statusKnown.count < devices || devices === 0)
      return [
        {
          ...found.unknown(
            check,
            'Have their AMT status found out.',
            `known of ${count(statusKnown.count)} of ${plural(devices, 'PC')}`,
          ),
          command: `discover site:${site}`,
        },
      ];
    if (detected.count === 0)
      return [{ ...found.pass(check, `none of ${plural(devices, 'PC')}: none is needed`), ...where }];
    const line = `${count(detected.count)} of ${plural(devices, 'PC')}: ${listed(detected.names, detected.count)}`;
    if (setup.accounts.length > 0)
      return [
        {
          ...found.warn(
            check,
            'Name the account that these PCs know in discovery.accounts, or reset them in MEBx; else attest why they are left.',
            line,
            `needed, and named: ${setup.accounts.join(', ')}`,
          ),
          ...where,
          isAttestable: true,
        },
      ];
    return [
      {
        ...found.unknown(
          check,
          'Name the account that these PCs know under amt.credentials and discovery.accounts; or attest why they are left.',
          line,
          'nobody has decided about them',
        ),
        ...where,
        isAttestable: true,
      },
    ];
  },
};
