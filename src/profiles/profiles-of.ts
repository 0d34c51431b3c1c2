import type { Config } from '../config/schema.ts';
import type { ReadSettings } from '../ports/amt/settings.ts';
import type { Profile, ProfileAccount } from './profile.ts';

/** The profiles of the configuration, in the order in which they stand there. */
export function profilesOf({ profiles, amt }: Pick<Config, 'profiles' | 'amt'>): readonly Profile[] {
  return Object.entries(profiles).map(
    ([id, { appliesTo, settings, accounts, auditGroups, auditCredential = null }]) => ({
      id,
      appliesTo,
      settings: given(settings),
      accounts: accounts.flatMap(({ credential, sid, access, realms }): readonly ProfileAccount[] => {
        if (sid !== undefined) return [{ who: { kind: 'kerberos', sid }, access, realms }];
        const user = credential === undefined ? undefined : amt.credentials[credential]?.user;
        // The checks of the configuration let no account through that has neither.
        if (credential === undefined || user === undefined) return [];
        return [{ who: { kind: 'digest', credential, user }, access, realms }];
      }),
      auditGroups,
      auditCredential,
    }),
  );
}

/** Without the keys that are there but undefined. */
function given(settings: Config['profiles'][string]['settings']): ReadSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
