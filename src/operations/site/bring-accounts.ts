import { type AccountChange, accountWord } from '../../messages/reports/accounts.ts';
import type { AmtAccountInput } from '../../ports/amt/accounts.ts';
import type { AmtSession } from '../../ports/amt.ts';
import type { CredentialSource } from '../../ports/secrets.ts';
import { type AccountStep, planAccounts } from '../../profiles/plan-accounts.ts';
import type { ProfileAccount } from '../../profiles/profile.ts';
import { localError } from '../finding.ts';

/** How accounts are brought to what a profile says. */
export interface BringAccountsWish {
  /** Whether accounts that no profile names are removed. */
  readonly prunes: boolean;
  /** Whether passwords of accounts that are there are written again: they cannot be read back. */
  readonly rewritesPasswords: boolean;
  /** The user that we speak with: never removed. */
  readonly ownUser: string | null;
}

/** What became of the accounts; or the credential that there is not, before anything was done. */
export type BroughtAccounts =
  | { readonly missing: string }
  | {
      readonly missing: null;
      readonly changes: readonly AccountChange[];
      /** Accounts that no profile names, in words. */
      readonly leftAlone: readonly string[];
      readonly isDone: boolean;
    };

/**
 * Gives a PC these accounts and reads them back. Accounts that are named nowhere are left alone, unless it prunes. Safe to repeat.
 * Rejects with AmtError when the conversation fails.
 */
export async function bringAccounts(
  session: AmtSession,
  accounts: readonly ProfileAccount[],
  wish: BringAccountsWish,
  credentials: CredentialSource,
): Promise<BroughtAccounts> {
  const plan = planAccounts(await session.accounts.list(), accounts, wish);
  const inputs = await inputsOf(plan.steps, credentials);
  if (typeof inputs === 'string') return { missing: inputs };
  const problems = new Map<AccountStep, string>();
  for (const step of plan.steps) {
    try {
      await take(step, session, inputs);
    } catch (error) {
      problems.set(step, localError(error).code);
    }
  }
  const after = plan.steps.length > 0 ? await session.accounts.list() : null;
  const left = after
    ? planAccounts(after, accounts, { ...wish, rewritesPasswords: false })
    : { steps: [], leftAlone: plan.leftAlone };
  const still = left.steps.map((step) => `${step.what} ${nameOf(step)}`);
  const changes = plan.steps.map((step) => ({
    account: nameOf(step),
    what: step.what,
    problem: problems.get(step) ?? (still.includes(`${step.what} ${nameOf(step)}`) ? 'it reads back otherwise' : null),
  }));
  return {
    missing: null,
    changes,
    leftAlone: left.leftAlone.map(({ who }) => accountWord(who)),
    isDone: changes.every(({ problem }) => problem === null),
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
