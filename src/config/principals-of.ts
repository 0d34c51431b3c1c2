import type { Principal } from '../identity/people.ts';
import type { Config } from './schema.ts';

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
