import type { Drift } from '../../messages/reports/settings.ts';
import type { SettingName } from '../../ports/amt/settings.ts';
import type { AmtSession } from '../../ports/amt.ts';
import { compareNetworkAccess } from '../../profiles/compare-network-access.ts';
import { compareSettings } from '../../profiles/compare-settings.ts';
import type { DeviceProfile, ProfilePart } from '../../profiles/profile.ts';
import type { AuditGroup } from '../audit/groups.ts';
import { stateOfGroup } from '../audit/policy.ts';
import { localError } from '../finding.ts';
import { findNetworkAccess } from './find-network-access.ts';

/** Something that is not as the profile says, and what would mend it. */
export interface FoundDrift extends Drift {
  readonly mends:
    | { readonly kind: 'setting'; readonly name: SettingName }
    | { readonly kind: 'audit'; readonly group: AuditGroup }
    | { readonly kind: 'network' };
}

/** Parts of a profile that can drift; who has an account is told by `accounts`. */
export type DriftPart = Exclude<ProfilePart, 'accounts'>;

const allParts: readonly DriftPart[] = ['settings', 'audit-policy', 'network-access'];

/** Reads what the profile is about, no more, and compares. */
export async function findDrift(
  session: AmtSession,
  profile: DeviceProfile,
  parts: readonly DriftPart[] = allParts,
): Promise<readonly FoundDrift[]> {
  const find = {
    settings: () => findSettings(session, profile),
    'audit-policy': () => findAuditPolicy(session, profile),
    'network-access': () => findNetwork(session, profile),
  };
  const found: FoundDrift[] = [];
  for (const part of parts) found.push(...(await find[part]()));
  return found;
}

async function findSettings(session: AmtSession, profile: DeviceProfile): Promise<readonly FoundDrift[]> {
  const names = compareSettings({}, profile.settings).map(({ setting }) => setting);
  const has = names.length > 0 ? await session.settings.read(names) : {};
  return compareSettings(has, profile.settings).map(
    ({ setting, ...drift }): FoundDrift => ({ ...drift, mends: { kind: 'setting', name: setting } }),
  );
}

async function findAuditPolicy(session: AmtSession, profile: DeviceProfile): Promise<readonly FoundDrift[]> {
  if (profile.auditGroups.length === 0) return [];
  const policy = await session.auditLog.readPolicy().catch((error: unknown) => localError(error).code);
  return profile.auditGroups.flatMap((group): readonly FoundDrift[] => {
    const drift = { label: `Audit log of ${group}`, should: 'logged', mends: { kind: 'audit', group } } as const;
    // Only an auditor may look where there is one.
    if (typeof policy === 'string')
      return [{ ...drift, has: policy === 'class_missing' ? null : `not readable (${policy})` }];
    const state = stateOfGroup(group, policy, session.amtVersion);
    if (state.state === 'all') return [];
    const has = { none: 'not logged', some: 'some events logged', all: 'logged', unknown: null }[state.state];
    return [{ ...drift, has }];
  });
}

async function findNetwork(session: AmtSession, profile: DeviceProfile): Promise<readonly FoundDrift[]> {
  const { networkAccess } = profile;
  if (!networkAccess) return [];
  const drifts = compareNetworkAccess(await findNetworkAccess(session, networkAccess.method), networkAccess);
  return drifts.map((drift) => ({ ...drift, mends: { kind: 'network' } }) as const);
}
