import type { Account } from '../ports/chat.ts';

/** One person, whichever platform they speak from. */
export interface Principal {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly accounts: readonly Account[];
}

/** Who is known. Read afresh at each command and click. */
export interface People {
  byAccount(account: Account): Principal | null;
  byId(id: string): Principal | null;
  all(): readonly Principal[];
  /** Name for messages; the id itself when the person is gone. */
  nameOf(id: string): string;
}

const keyOf = (account: Account) => JSON.stringify([account.platform, account.tenant, account.user]);

/** People from the configuration, found by the platform's immutable ids, never by a display name or an e-mail address. */
export function createPeople(principals: readonly Principal[]): People {
  const byId = new Map(principals.map((principal) => [principal.id, principal]));
  const byAccount = new Map(principals.flatMap((p) => p.accounts.map((account) => [keyOf(account), p] as const)));
  return {
    byAccount: (account) => byAccount.get(keyOf(account)) ?? null,
    byId: (id) => byId.get(id) ?? null,
    all: () => principals,
    nameOf: (id) => byId.get(id)?.name ?? id,
  };
}
