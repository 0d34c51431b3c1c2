import { coversDevice } from '../inventory/match-device.ts';
import type { AuditGroup } from '../operations/audit/groups.ts';
import type { AmtAccount, Realm } from '../ports/amt/accounts.ts';
import type { ReadSettings } from '../ports/amt/settings.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';

/** An account that PCs should have. */
export interface ProfileAccount {
  /** A digest user with the name and password of a configured credential, or a user or group of Active Directory. */
  readonly who:
    | { readonly kind: 'digest'; readonly credential: string; readonly user: string }
    | { readonly kind: 'kerberos'; readonly sid: string };
  readonly access: AmtAccount['access'];
  readonly realms: readonly Realm[];
}

/** EAP methods that a profile can name: those of Configuration Manager. */
export const profileMethods = ['tls', 'ttls-mschapv2', 'peap-mschapv2'] as const;

/** How PCs identify themselves to the wired network (IEEE 802.1X). */
export interface ProfileNetworkAccess {
  readonly method: (typeof profileMethods)[number];
  /** Name that the authentication server's certificate must carry; null: any of a trusted authority. */
  readonly serverName: { readonly name: string; readonly match: 'full-name' | 'domain-suffix' } | null;
  /** PEM or DER file of the root that the server's certificate comes from; null: none is given to the PCs. */
  readonly trustedRootFile: string | null;
  /** The configured credential whose user and password the PCs have; null for `tls`, which takes a certificate. */
  readonly credential: string | null;
  /** `{name}` and `{fqdn}` stand for the PC; that of the credential for methods with a password. */
  readonly username: string;
  readonly domain: string | null;
  /** Whether AMT authenticates while the operating system runs, too. */
  readonly activeInS0: boolean;
  /** Seconds that the port is kept open for a network boot. */
  readonly pxeTimeoutSeconds: number;
}

/** Parts of a profile, each pushed to PCs by itself. */
export const profileParts = ['settings', 'accounts', 'audit-policy', 'network-access'] as const;

/** One of `profileParts`. */
export type ProfilePart = (typeof profileParts)[number];

/** How the PCs of a site or group should be set. What it does not name is left as it is. */
export interface Profile {
  readonly id: string;
  /** Target words; the profile is for the PCs that one of them covers. */
  readonly appliesTo: readonly string[];
  /** In host and domain names `{name}` stands for the PC's name in the inventory. */
  readonly settings: ReadSettings;
  readonly accounts: readonly ProfileAccount[];
  /** Groups of events that the audit log has to hold. */
  readonly auditGroups: readonly AuditGroup[];
  /** Name of the credential whose account changes the audit log; null: the PC's own. */
  readonly auditCredential: string | null;
  /** Null: 802.1X is left as it is. */
  readonly networkAccess: ProfileNetworkAccess | null;
}

/** What all profiles that apply to one PC say together. */
export interface DeviceProfile {
  /** Ids of the profiles, in their order. */
  readonly ids: readonly string[];
  readonly settings: ReadSettings;
  readonly accounts: readonly ProfileAccount[];
  readonly auditGroups: readonly AuditGroup[];
  readonly auditCredential: string | null;
  readonly networkAccess: ProfileNetworkAccess | null;
}

const keyOf = ({ who }: ProfileAccount) => (who.kind === 'digest' ? `digest ${who.user}` : `kerberos ${who.sid}`);

/**
 * The profiles that cover the PC, put together: where two name the same setting or account, the later one counts; groups of events add
 * up. Null when none applies. Pure.
 */
export function profileFor(
  device: Pick<TargetDevice, 'id' | 'name' | 'site' | 'groups' | 'powerState'> & { readonly fqdn?: string | null },
  profiles: readonly Profile[],
): DeviceProfile | null {
  const own = profiles.filter(({ appliesTo }) => coversDevice(appliesTo, device));
  if (own.length === 0) return null;
  const settings: ReadSettings = Object.assign({}, ...own.map((profile) => profile.settings));
  const named = (text: string) =>
    text.replaceAll('{name}', device.name).replaceAll('{fqdn}', device.fqdn ?? device.name);
  const { hostName, domainName } = settings;
  const networkAccess = own.findLast((profile) => profile.networkAccess !== null)?.networkAccess ?? null;
  const accounts = new Map(own.flatMap((profile) => profile.accounts.map((account) => [keyOf(account), account])));
  return {
    ids: own.map(({ id }) => id),
    settings: {
      ...settings,
      ...(hostName === undefined ? {} : { hostName: named(hostName) }),
      ...(domainName === undefined ? {} : { domainName: named(domainName) }),
    },
    accounts: [...accounts.values()],
    auditGroups: [...new Set(own.flatMap((profile) => profile.auditGroups))],
    auditCredential: own.findLast((profile) => profile.auditCredential !== null)?.auditCredential ?? null,
    networkAccess: networkAccess && { ...networkAccess, username: named(networkAccess.username) },
  };
}
