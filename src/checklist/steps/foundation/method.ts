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
  async verify({ setup: { hello } }) {
    if (hello.enabled && hello.acknowledgedBy !== null)
      return [
        found.pass('decision', `out of band: hellos of PCs are taken; ${hello.acknowledgedBy} answers for that risk`),
      ];
    const undecided: Measured = {
      ...found.unknown(
        'decision',
        'Attest that PCs are provisioned in-band, which is what the configuration says; or set provisioning.hello.',
        'in-band, for provisioning.hello is off; nobody has said that this is meant',
      ),
      isAttestable: true,
    };
    return [undecided];
  },
};
