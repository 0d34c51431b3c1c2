import { count, listed, plural } from '../../../messages/format.ts';
import { renewalDays } from '../../../ports/pki/renewal.ts';
import { type ChecklistStep, found, type Measured, type StepContext } from '../../step.ts';

const shownNames = 5;

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
    return [
      await schedules(context),
      await certificates(context),
      await ownPasswords(context),
      await sharedPasswords(context),
    ];
  },
};

/** Whether somebody answers for upkeep while nobody looks, as Configuration Manager's two maintenance tasks do. */
async function schedules({ fleet, setup: { upkeep } }: StepContext): Promise<Measured> {
  const check = 'upkeep by schedule';
  const { provisionedByUs } = (await fleet()).tallies;
  const says = (what: string, isOn: boolean) => `${what}: ${isOn ? 'on' : 'off'}`;
  const lines = [says('renewal of certificates', upkeep.renews), says('change of passwords', upkeep.rotates)];
  if (upkeep.renews && upkeep.rotates) return found.pass(check, ...lines);
  if (provisionedByUs.count === 0) return found.notApplicable(check, 'this service has provisioned no PC here');
  return {
    ...found.warn(
      check,
      'Name an owner and a channel under provisioning.upkeep, or resume the schedules; else attest who does it.',
      ...lines,
    ),
    isAttestable: true,
  };
}

async function certificates({ fleet, site, due, setup: { upkeep } }: StepContext): Promise<Measured> {
  const { devices, tallies, oldest } = await fleet();
  const { certificateEnded, certificateEnding, certificateKnown, told } = tallies;
  const check = 'certificates of PCs';
  const kept = { where: 'last status reads', at: oldest.asked };
  const ours = await due('certificates');
  const command = ours.length === 0 ? {} : { command: `renew ${namesOr(ours, 'due:certificates')}` };
  if (certificateEnded.count > 0)
    return {
      ...found.fail(
        check,
        'Give these PCs new certificates.',
        `${plural(certificateEnded.count, 'PC')} with a certificate that has ended: ${listed(certificateEnded.names, certificateEnded.count)}`,
      ),
      ...kept,
      ...command,
    };
  const ending = Math.max(certificateEnding.count, ours.length);
  const names = ours.length > 0 ? ours : certificateEnding.names;
  const line = `${plural(ending, 'PC')} whose certificate ends soon: ${listed(names.slice(0, shownNames), ending)}`;
  if (ending > 0 && ours.length >= certificateEnding.count && upkeep.renews)
    return { ...found.pass(check, line, 'they are due to be renewed by schedule'), ...kept };
  if (ending > 0) return { ...found.warn(check, 'Renew them before they end.', line), ...kept, ...command };
  if (told.count < devices || devices === 0)
    return {
      ...found.unknown(check, 'Ask the PCs.', `${count(told.count)} of ${plural(devices, 'PC')} were asked lately`),
      command: `status site:${site}`,
    };
  return {
    ...(certificateKnown.count === 0
      ? found.notApplicable(check, 'no PC showed one: they are reached without TLS')
      : found.pass(check, `${plural(certificateKnown.count, 'certificate')}, none ends within ${renewalDays} days`)),
    ...kept,
  };
}

/** Passwords that PCs have of their own. */
async function ownPasswords({ due, fleet, setup: { upkeep } }: StepContext): Promise<Measured> {
  const check = 'passwords of PCs';
  const old = await due('passwords');
  const { provisionedByUs } = (await fleet()).tallies;
  const age = `older than ${plural(upkeep.rotateDays, 'day')}`;
  if (old.length > 0)
    return {
      ...found.warn(
        check,
        'Have them changed.',
        `${plural(old.length, 'PC')} with one ${age}: ${listed(old, old.length)}`,
      ),
      command: `rotate ${namesOr(old, 'due:passwords')}`,
    };
  return provisionedByUs.count === 0
    ? found.notApplicable(check, 'this service has provisioned no PC here')
    : found.pass(check, `none of ${plural(provisionedByUs.count, 'PC')} has one ${age}`);
}

/** Passwords of the credentials that PCs share. */
async function sharedPasswords({ passwords, setup: { passwordDays } }: StepContext): Promise<Measured> {
  const check = 'passwords of credentials';
  const { total, due, unknown } = await passwords();
  const age = `older than ${plural(passwordDays, 'day')}`;
  if (total === 0) return found.notApplicable(check, 'amt.credentials names none');
  if (due.total > 0)
    return {
      ...found.warn(
        check,
        'Change them on the PCs and here (oob secret set); or attest why they stay.',
        `${count(due.total)} of ${plural(total, 'password')} ${age}: ${listed(
          due.items.map(({ of }) => of),
          due.total,
        )}`,
      ),
      isAttestable: true,
    };
  if (unknown.length > 0)
    return {
      ...found.unknown(
        check,
        'Keep them in the encrypted store (oob secret set), which notes their age; or attest who changes them.',
        ...unknown.slice(0, shownNames).map(({ of, why }) => `${of}: ${why}`),
      ),
      isAttestable: true,
    };
  return found.pass(check, `none of ${plural(total, 'password')} is ${age}`);
}

/** The PCs by name while they are few, else the target that means all that are due. */
const namesOr = (names: readonly string[], target: string): string =>
  names.length <= shownNames ? names.join(' ') : target;
