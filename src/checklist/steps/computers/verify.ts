import { count, listed, plural } from '../../../messages/format.ts';
import type { Tally } from '../../../ports/checklist/checklist-facts.ts';
import { type ChecklistStep, found, type Measured, type StepContext } from '../../step.ts';
import { targetsOf } from '../targets-of.ts';

/** PCs that are named; a command for more is for the site. */
const mostNamed = 5;

/** Step 16. */
export const verifyComputers: ChecklistStep = {
  id: 'oob.verify',
  title: 'Verify that computers are provisioned and can be managed out of band',
  shortTitle: 'managed PCs',
  optionality: 'required',
  appliesTo: 'every site',
  dependsOn: ['oob.provision'],
  actors: 'operators',
  recheckHours: 24,
  async verify(context) {
    return [
      ...(await answering(context)),
      ...(await still(context)),
      ...(await objects(context)),
      ...(await ports(context)),
    ];
  },
};

/** What AMT itself answered to our account over our certificate when it was asked last. */
async function answering({ fleet, setup, site }: StepContext): Promise<readonly Measured[]> {
  const check = 'AMT answers our account';
  const { devices, tallies, oldest } = await fleet();
  const { asked, askFailed } = tallies;
  const of = plural(devices, 'PC');
  if (askFailed.count > 0)
    return [
      {
        ...found.fail(
          check,
          `Look at each: /oob verify ${askFailed.names[0] ?? 'HOST'}`,
          `${count(askFailed.count)} of ${of} did not: ${listed(askFailed.names, askFailed.count)}`,
        ),
        where: 'last status reads',
        command: `status ${targetsOf(askFailed, site)}`,
      },
    ];
  if (asked.count < devices || devices === 0)
    return [
      {
        ...found.unknown(
          check,
          'Ask all of them.',
          `${count(asked.count)} of ${of} were asked in the last ${plural(setup.freshDays, 'day')}`,
        ),
        command: `status site:${site}`,
      },
    ];
  return [
    {
      ...found.pass(check, `all ${of}: account, certificate and power read`),
      where: 'last status reads',
      at: oldest.asked,
    },
  ];
}

/** PCs that were provisioned and are no more, such as after a reset in MEBx. */
async function still({ fleet, site }: StepContext): Promise<readonly Measured[]> {
  const { tallies } = await fleet();
  const check = 'still provisioned';
  const { reset, provisioned } = tallies;
  if (reset.count > 0)
    return [
      {
        ...found.fail(
          check,
          'Find out who reset them, then take them back (/oob unprovision) and provision them again.',
          `${plural(reset.count, 'PC')} back to factory settings: ${listed(reset.names, reset.count)}`,
        ),
        where: 'AMT status',
        command: `provision ${targetsOf(reset, site)}`,
      },
    ];
  return provisioned.count === 0
    ? []
    : [{ ...found.pass(check, plural(provisioned.count, 'PC')), where: 'AMT status' }];
}

/** Objects in Active Directory, without which Kerberos knows no such PC: gone with a unit that somebody deleted and made anew. */
async function objects({ deviceObjects, site }: StepContext): Promise<readonly Measured[]> {
  const check = 'objects in Active Directory';
  const seen = await deviceObjects();
  if (!seen) return [];
  const { known, missing } = seen;
  const of = plural(known, 'PC');
  if (missing.length === 0) return [found.pass(check, `all ${of}`)];
  const lost: Tally = { count: missing.length, names: missing.slice(0, mostNamed) };
  return [
    {
      ...found.fail(
        check,
        'Have the objects made anew, with new keys in the PCs: /oob rotate.',
        `not there for ${count(lost.count)} of ${of}: ${listed(lost.names, lost.count)}`,
      ),
      command: `rotate ${targetsOf(lost, site)}`,
    },
  ];
}

/** PCs of the sample that refuse the connection: they are there, and their AMT is not. */
async function ports({ network, fleet, site }: StepContext): Promise<readonly Measured[]> {
  const check = 'AMT ports open';
  const finding = (await network()).find((each) => each.check === 'management ports');
  if (!finding || finding.status === 'not_applicable') return [];
  const refusing = finding.evidence.filter((line) => /: .*refused/.test(line) && !/no answer|no way/.test(line));
  const base = { where: finding.where, at: finding.measuredAt };
  if (refusing.length === 0) return [{ ...found.pass(check, ...finding.evidence.slice(0, 1)), ...base }];
  const { tallies } = await fleet();
  // Before anything is provisioned a closed port is what is to be expected.
  if (tallies.provisioned.count + tallies.reset.count === 0)
    return [{ ...found.notApplicable(check, 'no PC is known to be provisioned yet', ...refusing), ...base }];
  return [
    {
      ...found.fail(check, 'AMT is reset or switched off there: look at the PC, then provision it again.', ...refusing),
      ...base,
      command: `discover site:${site}`,
    },
  ];
}
