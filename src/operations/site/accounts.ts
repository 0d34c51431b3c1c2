import { accountChangesReport, accountsReport } from '../../messages/reports/accounts.ts';
import type { CredentialSource } from '../../ports/secrets.ts';
import { type Profile, profileFor } from '../../profiles/profile.ts';
import { endOf } from '../finding.ts';
import type { Operation } from '../operation.ts';
import { bringAccounts } from './bring-accounts.ts';

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
      const wish = { prunes: name === 'prune-accounts', ownUser, rewritesPasswords: parameters.passwords === 'yes' };
      const brought = await bringAccounts(session, profile.accounts, wish, deps.credentials);
      if (brought.missing !== null)
        return endOf(session, 'failed', 'credential_missing', null, [
          `the profile names the credential ${brought.missing}`,
        ]);
      const { changes, leftAlone, isDone } = brought;
      const code = !isDone ? 'not_as_written' : changes.length > 0 || interrupted ? 'done' : 'already_so';
      return endOf(session, isDone ? 'ok' : 'failed', code, accountChangesReport(device.name, changes, leftAlone));
    },
  };
}
