import { listed, plural } from '../../../messages/format.ts';
import { type ChecklistStep, found, type Measured } from '../../step.ts';

/** Step 12. */
export const provisioningAccounts: ChecklistStep = {
  id: 'oob.pdaccount.add',
  title: 'Add accounts for provisioning and discovery',
  shortTitle: 'accounts for discovery',
  optionality: 'conditional',
  appliesTo: 'sites where step 11 found that they are needed',
  dependsOn: ['oob.pdaccount.decide'],
  actors: 'those who answer for security',
  recheckHours: 24,
  async verify({ setup: { accounts }, passwordProblem, fleet }) {
    if (accounts.length === 0)
      return [found.notApplicable('accounts', 'discovery.accounts names none: see step 11 whether one is needed')];
    const named = await Promise.all(
      accounts.map(async (name): Promise<Measured> => {
        const problem = await passwordProblem(name);
        return problem === null
          ? found.pass(`password of ${name}`, 'fit for AMT: 8 to 32 characters of four kinds')
          : found.fail(
              `password of ${name}`,
              'Store another password in its place: oob secret set.',
              `not fit for AMT: ${problem}`,
            );
      }),
    );
    const { untried } = (await fleet()).tallies;
    if (untried.count === 0) return named;
    return [
      ...named,
      found.warn(
        'tried',
        'Run `discover` for them: each address takes only a few log-ins an hour.',
        `no account was tried yet at ${plural(untried.count, 'PC')}: ${listed(untried.names, untried.count)}`,
      ),
    ];
  },
};
