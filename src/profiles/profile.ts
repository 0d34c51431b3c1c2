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
}

/** What all profiles that apply to one PC say together. */
export interface DeviceProfile {
  /** Ids of the profiles, in their order. */
  readonly ids: readonly string[];
  readonly settings: ReadSettings;
  readonly accounts: readonly ProfileAccount[];
  readonly auditGroups: readonly AuditGroup[];
  readonly auditCredential: string | null;
}

const keyOf = ({ who }: ProfileAccount) => (who.kind === 'digest' ? `digest ${who.user}` : `kerberos ${who.sid}`);

/**
 * The profiles that cover the PC, put together: where two name the same setting or account, the later one counts; groups of events add
 * up. Null when none applies. Pure.
 */
export function profileFor(
  device: Pick<TargetDevice, 'id' | 'name' | 'site' | 'groups' | 'powerState'>,
  profiles: readonly Profile[],
): DeviceProfile | null {
  const own = profiles.filter(({ appliesTo }) => coversDevice(appliesTo, device));
  if (own.length === 0) return null;
  const settings: ReadSettings = Object.assign({}, ...own.map((profile) => profile.settings));
  const named = (text: string) => text.replaceAll('{name}', device.name);
  const { hostName, domainName } = settings;
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
  };
}
