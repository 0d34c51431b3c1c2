import { count, listed, plural } from '../../../messages/format.ts';
import { type Profile, profileFor } from '../../../profiles/profile.ts';
import { type ChecklistStep, found, type Measured, type StepContext } from '../../step.ts';
import { asProfiled } from './as-profiled.ts';

/**
 * What one PC can hold: 32 users and groups of Active Directory, of at most 4 domains (Configuration Manager 2007 SP2, "How to Configure
 * AMT Settings and AMT User Accounts"), and 7 digest users beside the administrator (Intel SCS documentation).
 */
const most = { kerberos: 32, domains: 4, digest: 7 } as const;
/** SIDs of groups that every machine has of its own: AMT knows none of them. */
const builtin = /^S-1-5-32-/;

/** Step 8. */
export const amtSettings: ChecklistStep = {
  id: 'oob.settings',
  title: 'Configure AMT settings and at least one AMT user account',
  shortTitle: 'AMT settings',
  optionality: 'required',
  appliesTo: 'every site',
  dependsOn: ['oob.provcfg'],
  actors: 'those who answer for security',
  recheckHours: 24,
  async verify(context) {
    const { setup } = context;
    const uncovered = setup.devices.filter((device) => profileFor(device, setup.profiles) === null);
    if (setup.devices.length === 0)
      return [found.unknown('profile', 'Import the inventory.', 'the inventory has no PC in this site')];
    if (uncovered.length > 0)
      return [
        found.fail(
          'profile',
          'Describe these PCs under profiles.',
          `${count(uncovered.length)} of ${plural(setup.devices.length, 'PC')} have no profile: ${listed(
            uncovered.slice(0, 3).map(({ name }) => name),
            uncovered.length,
          )}`,
        ),
      ];
    return [
      found.pass('profile', `every one of ${plural(setup.devices.length, 'PC')} has one`),
      accounts(setup.profiles),
      await drift(context),
    ];
  },
};

/** The accounts that the profiles name, against what a PC can hold. Pure. */
export function accounts(profiles: readonly Profile[]): Measured {
  const check = 'accounts';
  const all = profiles.flatMap((profile) => profile.accounts.map(({ who }) => who));
  const sids = [...new Set(all.flatMap((who) => (who.kind === 'kerberos' ? [who.sid] : [])))];
  const users = new Set(all.flatMap((who) => (who.kind === 'digest' ? [who.user] : [])));
  const domains = new Set(sids.map((sid) => sid.replace(/-\d+$/, '')));
  const line = `${plural(users.size, 'digest user')}, ${plural(sids.length, 'user or group', 'users and groups')} of Active Directory`;
  const correct = 'Correct the accounts of the profiles.';
  if (all.length === 0)
    return found.fail(check, 'Name at least one account in a profile.', 'no profile names an account');
  const builtins = sids.filter((sid) => builtin.test(sid));
  if (builtins.length > 0)
    return found.fail(check, correct, line, `groups of a machine itself cannot be used: ${builtins.join(', ')}`);
  if (sids.length > most.kerberos || domains.size > most.domains || users.size > most.digest)
    return found.fail(
      check,
      correct,
      line,
      `a PC holds ${most.kerberos} of Active Directory, of ${most.domains} domains, and ${most.digest} digest users`,
    );
  return found.pass(check, line);
}

async function drift({ fleet, site, setup }: StepContext): Promise<Measured> {
  const seen = await fleet();
  const { drifting, compared } = seen.tallies;
  const all = plural(seen.devices, 'PC');
  return asProfiled(seen, site, {
    check: 'PCs are as the profile says',
    drifting,
    differs: `${count(drifting.count)} of ${all} differ: ${listed(drifting.names, drifting.count)}`,
    compared: `${count(compared.count)} of ${all} were compared in the last ${plural(setup.freshDays, 'day')}`,
  });
}
