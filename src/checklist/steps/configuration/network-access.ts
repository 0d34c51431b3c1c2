import { count, listed, plural } from '../../../messages/format.ts';
import { renewalDays } from '../../../ports/pki/renewal.ts';
import { profileFor } from '../../../profiles/profile.ts';
import { type ChecklistStep, found, type Measured, type StepContext } from '../../step.ts';
import { asProfiled } from './as-profiled.ts';

/** Step 10. */
export const networkAccess: ChecklistStep = {
  id: 'oob.dot1x',
  title: 'Configure 802.1X on wired and wireless networks',
  shortTitle: '802.1X',
  optionality: 'conditional',
  appliesTo: 'sites whose network wants 802.1X',
  dependsOn: ['oob.provcfg', 'oob.pki'],
  actors: 'those who run the network',
  recheckHours: 24,
  async verify(context) {
    const { setup } = context;
    const wanted = setup.devices.flatMap((device) => profileFor(device, setup.profiles)?.networkAccess ?? []);
    if (wanted.length === 0)
      return [found.notApplicable('network profile', 'no profile describes an 802.1X network (networkAccess)')];
    const methods = [...new Set(wanted.map((each) => each.method))];
    const unchecked = wanted.filter((each) => each.serverName === null).length;
    return [
      found.pass(
        'network profile',
        `${count(wanted.length)} of ${plural(setup.devices.length, 'PC')}, by EAP method ${methods.join(', ')}`,
      ),
      unchecked === 0
        ? found.pass('name of the RADIUS server', 'it is compared')
        : {
            ...found.warn(
              'name of the RADIUS server',
              'Set networkAccess.serverName, or attest why any certificate of the trusted root will do.',
              `not compared for ${plural(unchecked, 'PC')}`,
            ),
            isAttestable: true as const,
          },
      await drift(context),
      ...(methods.includes('tls') ? [await certificates(context)] : []),
    ];
  },
};

async function drift({ fleet, site }: StepContext): Promise<Measured> {
  const seen = await fleet();
  const { networkDrifting, compared } = seen.tallies;
  return asProfiled(seen, site, {
    check: 'PCs have the profile',
    drifting: networkDrifting,
    differs: `${plural(networkDrifting.count, 'PC')} differ: ${listed(networkDrifting.names, networkDrifting.count)}`,
    compared: `${count(compared.count)} of ${plural(seen.devices, 'PC')} compared`,
  });
}

async function certificates({ fleet }: StepContext): Promise<Measured> {
  const { networkCertificateEnded: ended, networkCertificateEnding: ending } = (await fleet()).tallies;
  const check = 'client certificates';
  const kept = { where: 'certificates that were issued' };
  const renew = 'Have the PCs given new ones.';
  if (ended.count > 0)
    return {
      ...found.fail(check, renew, `ended on ${plural(ended.count, 'PC')}: ${listed(ended.names, ended.count)}`),
      ...kept,
    };
  if (ending.count > 0)
    return {
      ...found.warn(
        check,
        renew,
        `end within ${renewalDays} days on ${plural(ending.count, 'PC')}: ${listed(ending.names, ending.count)}`,
      ),
      ...kept,
    };
  return { ...found.pass(check, `none ends within ${renewalDays} days`), ...kept };
}
