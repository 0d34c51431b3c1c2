import type { Principal } from '../../identity/people.ts';
import type { Config } from '../schema.ts';

/** As `principalsOf`, each who has an account of a directory with every role that a group could give. For what could be, never for what may be done. */
export function possiblePrincipalsOf(config: Pick<Config, 'people' | 'directory'>): readonly Principal[] {
  const among = new Map(config.people.map(({ id, directory }) => [id, directory?.domain]));
  return principalsOf(config).map((principal) => {
    const byGroup = config.directory.roles.filter(({ domain }) => domain === among.get(principal.id));
    return { ...principal, roles: [...new Set([...principal.roles, ...byGroup.map(({ role }) => role)])] };
  });
}

/** The people of the configuration with their accounts as the chat adapters name them. */
export function principalsOf({ people }: Pick<Config, 'people'>): readonly Principal[] {
  return people.map(({ id, name, roles, accounts }) => ({
    id,
    name,
    roles,
    accounts: [
      ...(accounts.console ? [{ platform: 'console', tenant: 'local', user: id } as const] : []),
      ...accounts.slack.map(({ workspace, user }) => ({ platform: 'slack', tenant: workspace, user }) as const),
      ...accounts.teams.map(({ tenant, object }) => ({ platform: 'teams', tenant, user: object }) as const),
    ],
  }));
}
