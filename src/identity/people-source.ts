import type { LinkStore } from '../ports/store/link-store.ts';
import { createPeople, type People, type Principal } from './people.ts';

/** The people of the configuration with the accounts they linked themselves. */
export interface PeopleSource {
  /** As of the last refresh. */
  now(): People;
  /** Reads the links again. Called at each command and click, so that roles and links count as they are at that moment. */
  refresh(): Promise<void>;
}

/** Roles that come from elsewhere, such as groups of Active Directory. */
export interface MoreRoles {
  /** Must not reject: who cannot be looked up has no such roles. */
  refresh(): Promise<void>;
  rolesOf(principalId: string): readonly string[];
}

/** Joins the configuration with the links. An account of the configuration stays with its person, whatever a link says; a link of somebody who left counts for nobody. */
export function createPeopleSource(
  configured: () => readonly Principal[],
  links: Pick<LinkStore, 'all'>,
  more: MoreRoles = { refresh: async () => {}, rolesOf: () => [] },
): PeopleSource {
  let people = createPeople(configured());
  return {
    now: () => people,
    async refresh() {
      await more.refresh();
      const principals = configured().map((principal) => ({
        ...principal,
        roles: [...new Set([...principal.roles, ...more.rolesOf(principal.id)])],
      }));
      const fixed = createPeople(principals);
      const linked = (await links.all()).filter((link) => !fixed.byAccount(link.account));
      people = createPeople(
        principals.map((principal) => ({
          ...principal,
          accounts: [
            ...principal.accounts,
            ...linked.filter((link) => link.principal === principal.id).map((link) => link.account),
          ],
        })),
      );
    },
  };
}
