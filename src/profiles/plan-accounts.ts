import type { AmtAccount } from '../ports/amt/accounts.ts';
import type { ProfileAccount } from './profile.ts';

/** One change that gives a PC the accounts of its profile. */
export type AccountStep =
  | { readonly what: 'added'; readonly should: ProfileAccount }
  /** Access or realms are other than they should be, or the password is to be written again. */
  | { readonly what: 'changed'; readonly has: AmtAccount; readonly should: ProfileAccount }
  | { readonly what: 'enabled'; readonly has: AmtAccount }
  | { readonly what: 'removed'; readonly has: AmtAccount };

/** What is to be done, and the accounts that no profile names and that stay. */
export interface AccountPlan {
  readonly steps: readonly AccountStep[];
  readonly leftAlone: readonly AmtAccount[];
}

/** Compares accounts with what they should be. Pure. */
export function planAccounts(
  has: readonly AmtAccount[],
  should: readonly ProfileAccount[],
  options: {
    /** Whether accounts that no profile names are removed. */
    readonly prunes: boolean;
    /** The user that we speak with: never removed. */
    readonly ownUser: string | null;
    readonly rewritesPasswords: boolean;
  },
): AccountPlan {
  const named = should.flatMap((account) => stepsFor(account, has, options.rewritesPasswords));
  const unknown = has.filter((account) => !should.some((each) => isSameAccount(account, each)));
  const removed = options.prunes
    ? unknown.filter(({ who }) => !(who.kind === 'digest' && who.user === options.ownUser))
    : [];
  return {
    steps: [...named, ...removed.map((account) => ({ what: 'removed', has: account }) as const)],
    leftAlone: unknown.filter((account) => !removed.includes(account)),
  };
}

function stepsFor(
  should: ProfileAccount,
  all: readonly AmtAccount[],
  rewritesPasswords: boolean,
): readonly AccountStep[] {
  const has = all.find((each) => isSameAccount(each, should));
  if (!has) return [{ what: 'added', should }];
  const isDifferent = !isAsIt(has, should) || (rewritesPasswords && should.who.kind === 'digest');
  return [
    ...(isDifferent ? [{ what: 'changed', has, should } as const] : []),
    ...(has.enabled ? [] : [{ what: 'enabled', has } as const]),
  ];
}

/** True for the same user or SID. Digest user names differ by case; SIDs do not. */
function isSameAccount(account: AmtAccount, { who }: ProfileAccount): boolean {
  return account.who.kind === 'digest'
    ? who.kind === 'digest' && who.user === account.who.user
    : who.kind === 'kerberos' && who.sid.toUpperCase() === account.who.sid.toUpperCase();
}

/** True when access and realms are as they should be. */
function isAsIt(has: AmtAccount, should: ProfileAccount): boolean {
  const sorted = (realms: readonly string[]) => [...new Set(realms)].sort().join(' ');
  return has.access === should.access && sorted(has.realms) === sorted(should.realms);
}
