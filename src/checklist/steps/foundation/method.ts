import { coversDevice } from '../../../inventory/match-device.ts';
import { count, plural } from '../../../messages/format.ts';
import { methodOf } from '../../../provisioning/method-of.ts';
import { type ChecklistStep, found, type Measured } from '../../step.ts';

/** Step 4. A decision: people take it, the configuration has to agree with it. */
export const method: ChecklistStep = {
  id: 'oob.method',
  title: 'Decide how PCs are provisioned: in-band or out of band',
  shortTitle: 'provisioning method',
  optionality: 'required',
  appliesTo: 'every site',
  dependsOn: ['oob.prereq'],
  actors: 'those who answer for security',
  recheckHours: 24,
  async verify({ setup: { hello, methods, devices } }) {
    const outOfBand = devices.filter((device) => methodOf(device, methods) === 'out-of-band');
    const unsaid = devices.filter((device) => !methods.some(({ appliesTo }) => coversDevice(appliesTo, device)));
    const line = `${count(devices.length - outOfBand.length)} of ${plural(devices.length, 'PC')} in-band, ${count(outOfBand.length)} out of band`;
    return [decision(line, devices.length > 0 && unsaid.length === 0), risk(outOfBand.length, hello)];
  },
};

function decision(line: string, isSaid: boolean): Measured {
  if (isSaid) return found.pass('decision', line, 'as provisioning.methods says of each');
  return {
    ...found.unknown(
      'decision',
      'Say it of every PC in provisioning.methods; or attest that in-band, which counts where nothing is said, is meant.',
      line,
      'not of all of them does provisioning.methods say it',
    ),
    isAttestable: true,
  };
}

/** Hellos can be sent by anybody: out of band is a risk that somebody has to take. */
function risk(
  outOfBand: number,
  hello: { readonly enabled: boolean; readonly acknowledgedBy: string | null },
): Measured {
  const check = 'risk of out of band';
  if (hello.enabled) return found.pass(check, `hellos are taken; ${hello.acknowledgedBy ?? 'nobody'} answers for it`);
  if (outOfBand === 0) return found.notApplicable(check, 'hellos are not taken (provisioning.hello)');
  return found.fail(
    check,
    'Have somebody answer for it (provisioning.hello.acknowledgedBy) and take hellos, or provision these PCs in-band.',
    `${plural(outOfBand, 'PC')} are for out of band, and hellos are not taken`,
  );
}
