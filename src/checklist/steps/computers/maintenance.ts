import { count, listed, plural } from '../../../messages/format.ts';
import { type ChecklistStep, found, type Measured, type StepContext } from '../../step.ts';

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
  async verify(context) {
    return [await certificates(context), await passwords(context)];
  },
};

async function certificates({ fleet, site }: StepContext): Promise<Measured> {
  const { devices, tallies, oldest } = await fleet();
  const { certificateEnded, certificateEnding, certificateKnown, told } = tallies;
  const check = 'certificates of PCs';
  const kept = { where: 'last status reads', at: oldest.asked };
  if (certificateEnded.count > 0)
    return {
      ...found.fail(
        check,
        'Give these PCs new certificates.',
        `${plural(certificateEnded.count, 'PC')} with a certificate that has ended: ${listed(certificateEnded.names, certificateEnded.count)}`,
      ),
      ...kept,
    };
  if (certificateEnding.count > 0)
    return {
      ...found.warn(
        check,
        'Renew them before they end.',
        `${plural(certificateEnding.count, 'certificate')} end within 42 days: ${listed(certificateEnding.names, certificateEnding.count)}`,
      ),
      ...kept,
    };
  if (told.count < devices || devices === 0)
    return {
      ...found.unknown(check, 'Ask the PCs.', `${count(told.count)} of ${plural(devices, 'PC')} were asked lately`),
      command: `status site:${site}`,
    };
  return {
    ...(certificateKnown.count === 0
      ? found.notApplicable(check, 'no PC showed one: they are reached without TLS')
      : found.pass(check, `${plural(certificateKnown.count, 'certificate')}, none ends within 42 days`)),
    ...kept,
  };
}

/** Passwords of PCs of their own, and of the credentials that they share. */
async function passwords({ passwords: ages, setup: { passwordDays } }: StepContext): Promise<Measured> {
  const all = await ages();
  const check = 'passwords';
  const due = all.flatMap((each) => each.due.items.map(({ of }) => of));
  const dueCount = all.reduce((sum, each) => sum + each.due.total, 0);
  const unknown = all.flatMap((each) => each.unknown);
  const total = all.reduce((sum, each) => sum + each.total, 0);
  if (total === 0) return found.notApplicable(check, 'no password is kept here');
  if (dueCount > 0)
    return found.warn(
      check,
      'Change them on the PCs and here.',
      `${count(dueCount)} of ${plural(total, 'password')} older than ${plural(passwordDays, 'day')}: ${listed(due, dueCount)}`,
    );
  if (unknown.length > 0)
    return {
      ...found.unknown(
        check,
        'Keep them in the encrypted store (oob secret set), which notes their age; or attest who changes them.',
        ...unknown.slice(0, 5).map(({ of, why }) => `${of}: ${why}`),
      ),
      isAttestable: true,
    };
  return found.pass(check, `none of ${plural(total, 'password')} is older than ${plural(passwordDays, 'day')}`);
}
