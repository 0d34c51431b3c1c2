import type { AmtAccount } from '../../ports/amt/accounts.ts';
import type { OutcomeReport } from '../../ports/runs/run-store.ts';
import { oneLine, plural } from '../format.ts';
import { csvOf } from './csv.ts';

const accessWords = { local: 'at the PC', network: 'over the network', any: 'anywhere' } as const;

/** A user name or SID as it may be shown. */
export function accountWord(who: AmtAccount['who'] | { readonly kind: 'digest'; readonly user: string }): string {
  return oneLine(who.kind === 'digest' ? who.user : who.sid, 80);
}

/** The accounts that a PC knows. Pure. */
export function accountsReport(name: string, accounts: readonly AmtAccount[]): OutcomeReport {
  const rows = accounts.map((account) => [
    accountWord(account.who),
    account.enabled ? accessWords[account.access] : `${accessWords[account.access]}, disabled`,
    oneLine(account.realms.join(', '), 300),
  ]);
  return {
    summary: accounts.length === 0 ? 'no accounts besides the administrator' : plural(accounts.length, 'account'),
    ...(rows.length > 0 ? { table: { columns: ['Account', 'Access', 'Realms'], rows } } : {}),
    attachment: {
      name: `${name}-accounts.csv`,
      mediaType: 'text/csv',
      content: csvOf(
        ['account', 'kind', 'access', 'enabled', 'realms'],
        accounts.map((account) => [
          accountWord(account.who),
          account.who.kind,
          account.access,
          String(account.enabled),
          oneLine(account.realms.join('; '), 300),
        ]),
      ),
    },
  };
}

/** One step towards the accounts of the profile. */
export interface AccountChange {
  readonly account: string;
  readonly what: 'added' | 'changed' | 'enabled' | 'removed';
  /** Null when it reads back as it should be. */
  readonly problem: string | null;
}

/** What applying the accounts of the profiles changed. `unknown`: accounts that no profile names and that were left alone. Pure. */
export function accountChangesReport(
  name: string,
  changes: readonly AccountChange[],
  unknown: readonly string[],
): OutcomeReport {
  const bad = changes.filter(({ problem }) => problem !== null).length;
  const rows = changes.map(({ account, what, problem }) => [
    account,
    problem === null ? what : `not ${what}: ${problem}`,
  ]);
  return {
    summary:
      changes.length === 0
        ? 'accounts are as the profile says'
        : `${plural(changes.length - bad, 'account')} changed${bad > 0 ? `, ${bad} not` : ''}`,
    ...(unknown.length > 0 ? { facts: [{ label: 'Left alone', value: unknown.join(', ') }] } : {}),
    ...(rows.length > 0 ? { table: { columns: ['Account', 'Change'], rows } } : {}),
    attachment: {
      name: `${name}-accounts.csv`,
      mediaType: 'text/csv',
      content: csvOf(['account', 'change'], [...rows, ...unknown.map((account) => [account, 'left alone'])]),
    },
  };
}
