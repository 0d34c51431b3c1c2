import { count, listed, plural } from '../../../messages/format.ts';
import { type ChecklistStep, found } from '../../step.ts';

/** Step 18. */
export const maintenance: ChecklistStep = {
  id: 'oob.maint',
  title: 'Maintain certificates and passwords of computers',
  shortTitle: 'maintenance',
  optionality: 'required',
  appliesTo: 'every site',
  dependsOn: ['oob.provision'],
  actors: 'operators',
  recheckHours: 24,
  async verify({ fleet, site }) {
    const { devices, tallies, oldest } = await fleet();
    const { certificateEnded, certificateEnding, certificateKnown, told } = tallies;
    const check = 'certificates of PCs';
    const kept = { where: 'last status reads', at: oldest.asked };
    if (certificateEnded.count > 0)
      return [
        {
          ...found.fail(
            check,
            'Give these PCs new certificates.',
            `${plural(certificateEnded.count, 'PC')} with a certificate that has ended: ${listed(certificateEnded.names, certificateEnded.count)}`,
          ),
          ...kept,
        },
      ];
    if (certificateEnding.count > 0)
      return [
        {
          ...found.warn(
            check,
            'Renew them before they end.',
            `${plural(certificateEnding.count, 'certificate')} end within 42 days: ${listed(certificateEnding.names, certificateEnding.count)}`,
          ),
          ...kept,
        },
      ];
    if (told.count < devices || devices === 0)
      return [
        {
          ...found.unknown(check, 'Ask the PCs.', `${count(told.count)} of ${plural(devices, 'PC')} were asked lately`),
          command: `status site:${site}`,
        },
      ];
    return [
      {
        ...(certificateKnown.count === 0
          ? found.notApplicable(check, 'no PC showed one: they are reached without TLS')
          : found.pass(check, `${plural(certificateKnown.count, 'certificate')}, none ends within 42 days`)),
        ...kept,
      },
    ];
  },
};
