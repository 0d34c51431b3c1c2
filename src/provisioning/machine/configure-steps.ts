import type { AmtSession } from '../../ports/amt.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import type { ProfilePart } from '../../profiles/profile.ts';
import { isApplied } from '../configure/apply-profile.ts';
import { everyday } from './everyday.ts';
import { ProvisioningError } from './provisioning-error.ts';
import type { SetupStep, StepWork } from './setup-step.ts';

const noProfile = 'no profile covers it';

async function apply(
  { deps, record, kept }: StepWork,
  session: AmtSession,
  device: Device,
  part: ProfilePart,
): Promise<void> {
  const results = await deps.blocks.applyProfile(session, device, part, { facts: record.facts, kept });
  const bad = results.filter((each) => !isApplied(each));
  if (bad.length === 0) return;
  const evidence = bad.flatMap(({ code, evidence: seen }) => (seen.length > 0 ? seen : [`${part}: ${code}`]));
  throw new ProvisioningError('provisioning_profile_not_applied', evidence);
}

const ofProfile = (name: ProfilePart): SetupStep => ({
  name,
  kind: 'repeatable',
  notNeeded: ({ deps, device }) => (deps.blocks.hasProfile(device) ? null : noProfile),
  async perform(work) {
    await everyday(work, (session, device) => apply(work, session, device, name));
    return {};
  },
});

/** The PC's own name, so that it answers to what its certificate and its Kerberos names say, and the settings of its profile. */
const settings: SetupStep = {
  name: 'settings',
  kind: 'repeatable',
  async perform(work) {
    const { deps, device } = work;
    await everyday(work, async (session, now) => {
      if (deps.blocks.hasProfile(device)) await apply(work, session, now, 'settings');
      const [hostName = '', ...domain] = (now.fqdn ?? '').split('.');
      if (hostName === '' || domain.length === 0) return;
      const has = await session.settings.read(['hostName', 'domainName']);
      const isSame = (is: string | undefined, should: string) => is?.toLowerCase() === should;
      if (isSame(has.hostName, hostName) && isSame(has.domainName, domain.join('.'))) return;
      await session.settings.write({ hostName, domainName: domain.join('.') });
    });
    return {};
  },
};

/** Makes the PC as its profile says. Of both modes. */
export const configureSteps: readonly SetupStep[] = [
  settings,
  ofProfile('audit-policy'),
  ofProfile('network-access'),
  // Last: once a PC has an auditor its administrator can't change the audit policy any more.
  ofProfile('accounts'),
];
