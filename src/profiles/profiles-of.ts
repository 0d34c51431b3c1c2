import type { Config } from '../config/schema.ts';
import type { ReadSettings } from '../ports/amt/settings.ts';
import type { Profile, ProfileAccount, ProfileNetworkAccess } from './profile.ts';

/** The profiles of the configuration, in the order in which they stand there. */
export function profilesOf({ profiles, amt }: Pick<Config, 'profiles' | 'amt'>): readonly Profile[] {
  return Object.entries(profiles).map(
    ([id, { appliesTo, settings, accounts, auditGroups, auditCredential = null, networkAccess }]) => ({
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
      networkAccess: networkAccess ? networkAccessOf(networkAccess, amt) : null,
    }),
  );
}

/** `host/` and the full name is how computers call themselves to RADIUS servers of Windows. */
const certificateUser = 'host/{fqdn}';

function networkAccessOf(
  {
    method,
    serverName,
    trustedRootFile,
    credential,
    domain,
    ...rest
  }: NonNullable<Config['profiles'][string]['networkAccess']>,
  amt: Config['amt'],
): ProfileNetworkAccess {
  const ofCredential = credential === undefined ? undefined : amt.credentials[credential]?.user;
  return {
    method,
    serverName: serverName ?? null,
    trustedRootFile: trustedRootFile ?? null,
    credential: method === 'tls' ? null : (credential ?? null),
    username: rest.username ?? (method === 'tls' ? certificateUser : (ofCredential ?? '')),
    domain: domain ?? null,
    activeInS0: rest.activeInS0,
    pxeTimeoutSeconds: rest.pxeTimeoutSeconds,
  };
}

/** Without the keys that are there but undefined. */
function given(settings: Config['profiles'][string]['settings']): ReadSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
