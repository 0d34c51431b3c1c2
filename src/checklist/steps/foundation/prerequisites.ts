import type { PrerequisiteCheck } from '../../../messages/checks/prerequisites.ts';
import { plural } from '../../../messages/format.ts';
import type { PrerequisiteFinding } from '../../../prerequisites/measure-site.ts';
import { oldestFirmware } from '../../../verification/device-checks.ts';
import { advisoriesFor, compareVersions } from '../../../verification/known-bad-firmware.ts';
import { type ChecklistStep, found, type Measured, type StepContext } from '../../step.ts';

/** What other steps tell of, so that one fault turns one step red: the service's own clock, and what takes hellos. */
const elsewhere: readonly PrerequisiteCheck[] = ['clock', 'ProvisionServer', 'provisioning port'];

/** A finding of the network as evidence of a step. */
export function ofNetwork({ check, status, evidence, mend, where, measuredAt }: PrerequisiteFinding): Measured {
  return { check, status, values: evidence, ...(mend === null ? {} : { mend }), where, at: measuredAt };
}

/** Step 1. */
export const prerequisites: ChecklistStep = {
  id: 'oob.prereq',
  title: 'Check prerequisites: network, computers, PKI, Active Directory',
  shortTitle: 'prerequisites',
  optionality: 'required',
  appliesTo: 'every site',
  dependsOn: [],
  actors: 'those who run network, DNS and DHCP',
  recheckHours: 24,
  async verify(context) {
    const network = await context.network();
    const refuses = network.some(({ check, reason }) => check === 'management ports' && reason === 'port_closed');
    return [
      ...network.filter(({ check }) => !elsewhere.includes(check)).map((each) => networkEvidence(each, refuses)),
      ...(await firmware(context)),
    ];
  },
};

function networkEvidence(finding: PrerequisiteFinding, refuses: boolean): Measured {
  const { check, reason, evidence } = finding;
  const { mend: _, ...plain } = ofNetwork(finding);
  // A PC that refuses is reached: what is wrong with it is told by the steps about PCs.
  if (check === 'management ports' && refuses)
    return { ...plain, status: 'pass', values: [...evidence, 'refused, so the way is open'] };
  if (reason === 'measured_before' && refuses)
    return { ...plain, status: 'not_applicable', values: ['AMT of no PC is reached yet'] };
  // Somebody may have switched them off on purpose.
  return { ...ofNetwork(finding), ...(reason === 'redirection_closed' ? { isAttestable: true } : {}) };
}

async function firmware({ fleet, site }: StepContext): Promise<readonly Measured[]> {
  const { devices, versions, tallies } = await fleet();
  if (devices === 0)
    return [
      found.unknown(
        'PCs',
        'Import the inventory: oob inventory import FILE.csv',
        'the inventory has no PC in this site',
      ),
    ];
  const seen = versions.flatMap(({ version, devices: count }) => (version === null ? [] : [{ version, count }]));
  if (seen.length === 0) {
    const unseen = found.unknown('firmware', 'Look at the PCs.', `no version of ${plural(devices, 'PC')} is known yet`);
    // Before PCs are provisioned nobody can ask them: that is no fault of what the site rests on.
    return tallies.provisioned.count === 0
      ? [found.notApplicable('firmware', 'no PC is provisioned yet, so none tells its version')]
      : [{ ...unseen, command: `status site:${site}` }];
  }
  const old = seen.filter(({ version }) => compareVersions(version, oldestFirmware) < 0);
  const flawed = seen.flatMap(({ version, count }) => {
    const advisories = advisoriesFor(version) ?? [];
    return advisories.length > 0
      ? [`AMT ${version} (${plural(count, 'PC')}): ${advisories.map(({ cve }) => cve).join(', ')}`]
      : [];
  });
  const lines = seen.slice(0, 8).map(({ version, count }) => `AMT ${version}: ${plural(count, 'PC')}`);
  return [
    old.length > 0
      ? found.fail(
          'firmware',
          'Update the firmware, or switch AMT off on these PCs.',
          ...old.map(
            ({ version, count }) =>
              `AMT ${version}: ${plural(count, 'PC')}; ${oldestFirmware} is the oldest that works`,
          ),
        )
      : found.pass('firmware', ...lines),
    flawed.length > 0
      ? {
          ...found.warn(
            'known flaws',
            'Update the firmware; until then keep these PCs off untrusted networks.',
            ...flawed,
          ),
          isAttestable: true,
        }
      : found.pass('known flaws', 'no advisory about these versions is on the list'),
  ];
}
