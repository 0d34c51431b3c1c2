import { accountChangesReport, accountsReport, accountWord } from '../../messages/reports/accounts.ts';
import type { AmtAccountInput } from '../../ports/amt/accounts.ts';
import type { AmtSession } from '../../ports/amt.ts';
import type { CredentialSource } from '../../ports/secrets.ts';
import { type AccountStep, planAccounts } from '../../profiles/plan-accounts.ts';
import { type Profile, type ProfileAccount, profileFor } from '../../profiles/profile.ts';
import { endOf, localError } from '../finding.ts';
import type { Operation } from '../operation.ts';

/** What applying accounts needs. */
export interface AccountsDeps {
  readonly profiles: () => readonly Profile[];
  readonly credentials: CredentialSource;
}

/** Shows the accounts that a PC knows. */
export const readAccounts: Operation = {
  name: 'read-accounts',
  exclusive: false,
  async perform({ session, device }) {
    return endOf(session, 'ok', 'done', accountsReport(device.name, await session.accounts.list()));
  },
};

/**
 * Gives a PC the accounts of its profiles. Accounts that no profile names are left alone, unless it prunes; the account that we speak
 * with is never removed. Safe to repeat: a second time changes nothing. Passwords cannot be read back, so those of accounts that are
 * there already are only written again with the parameter `passwords: yes`.
 */
export function createApplyAccounts(name: 'apply-accounts' | 'prune-accounts', deps: AccountsDeps): Operation {
  return {
    name,
    exclusive: true,
    async perform({ session, device, parameters, interrupted }) {
      const profile = profileFor(device, deps.profiles());
      if (!profile) return endOf(session, 'failed', 'no_profile', null);
      const ownUser = (await deps.credentials(device.credential))?.user ?? null;
      const options = { prunes: name === 'prune-accounts', ownUser, rewritesPasswords: false };
      const rewritesPasswords = parameters.passwords === 'yes';
      const plan = planAccounts(await session.accounts.list(), profile.accounts, { ...options, rewritesPasswords });
      const inputs = await inputsOf(plan.steps, deps.credentials);
      if (typeof inputs === 'string')
        return endOf(session, 'failed', 'credential_missing', null, [`the profile names the credential ${inputs}`]);

      const problems = new Map<AccountStep, string>();
      for (const step of plan.steps) {
        try {
          await take(step, session, inputs);
        } catch (error) {
          problems.set(step, localError(error).code);
        }
      }
      const after = plan.steps.length > 0 ? await session.accounts.list() : null;
      const left = after ? planAccounts(after, profile.accounts, options) : { steps: [], leftAlone: plan.leftAlone };
      const still = left.steps.map((step) => `${step.what} ${nameOf(step)}`);
      const changes = plan.steps.map((step) => ({
        account: nameOf(step),
        what: step.what,
        problem:
          problems.get(step) ?? (still.includes(`${step.what} ${nameOf(step)}`) ? 'it reads back otherwise' : null),
      }));
      const isDone = changes.every(({ problem }) => problem === null);
      const code = !isDone ? 'not_as_written' : changes.length > 0 || interrupted ? 'done' : 'already_so';
      const leftAlone = left.leftAlone.map(({ who }) => accountWord(who));
      return endOf(session, isDone ? 'ok' : 'failed', code, accountChangesReport(device.name, changes, leftAlone));
    },
  };
}

function nameOf(step: AccountStep): string {
  return accountWord(step.what === 'added' || step.what === 'changed' ? step.should.who : step.has.who);
}

/** The accounts to be written with their passwords; or the name of a credential that there is not, before anything is done. */
async function inputsOf(
  steps: readonly AccountStep[],
  credentials: CredentialSource,
): Promise<ReadonlyMap<ProfileAccount, AmtAccountInput> | string> {
  const inputs = new Map<ProfileAccount, AmtAccountInput>();
  for (const step of steps) {
    if (step.what !== 'added' && step.what !== 'changed') continue;
    const { who, access, realms } = step.should;
    if (who.kind === 'kerberos') inputs.set(step.should, { who, access, realms });
    else {
      // Why it cannot be had is for whoever runs the service, and may name files: the reason code is enough here.
      const credential = await credentials(who.credential).catch(() => null);
      if (!credential) return who.credential;
      const { user, password } = credential;
      inputs.set(step.should, { who: { kind: 'digest', user, password }, access, realms });
    }
  }
  return inputs;
}

async function take(
  step: AccountStep,
  { accounts }: AmtSession,
  inputs: ReadonlyMap<ProfileAccount, AmtAccountInput>,
): Promise<void> {
  if (step.what === 'enabled') return accounts.setEnabled(step.has.handle, true);
  if (step.what === 'removed') return accounts.remove(step.has.handle);
  const input = inputs.get(step.should);
  if (!input) throw new Error('an account without its password');
  return step.what === 'added' ? accounts.add(input) : accounts.update(step.has.handle, input);
}
