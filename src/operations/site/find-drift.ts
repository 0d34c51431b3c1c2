import type { Drift } from '../../messages/reports/settings.ts';
import type { SettingName } from '../../ports/amt/settings.ts';
import type { AmtSession } from '../../ports/amt.ts';
import { compareSettings } from '../../profiles/compare-settings.ts';
import type { DeviceProfile } from '../../profiles/profile.ts';
import type { AuditGroup } from '../audit/groups.ts';
import { stateOfGroup } from '../audit/policy.ts';
import { localError } from '../finding.ts';

/** Something that is not as the profile says, and what would mend it. */
export interface FoundDrift extends Drift {
  readonly mends:
    | { readonly kind: 'setting'; readonly name: SettingName }
    | { readonly kind: 'audit'; readonly group: AuditGroup };
}

/** Reads what the profile is about, no more, and compares. */
export async function findDrift(session: AmtSession, profile: DeviceProfile): Promise<readonly FoundDrift[]> {
  const names = compareSettings({}, profile.settings).map(({ setting }) => setting);
  const has = names.length > 0 ? await session.settings.read(names) : {};
  const settings = compareSettings(has, profile.settings).map(
    ({ setting, ...drift }): FoundDrift => ({ ...drift, mends: { kind: 'setting', name: setting } }),
  );
  if (profile.auditGroups.length === 0) return settings;
  const policy = await session.auditLog.readPolicy().catch((error: unknown) => localError(error).code);
  const groups = profile.auditGroups.flatMap((group): readonly FoundDrift[] => {
    const drift = { label: `Audit log of ${group}`, should: 'logged', mends: { kind: 'audit', group } } as const;
    // Only an auditor may look where there is one.
    if (typeof policy === 'string')
      return [{ ...drift, has: policy === 'class_missing' ? null : `not readable (${policy})` }];
    const state = stateOfGroup(group, policy, session.amtVersion);
    if (state.state === 'all') return [];
    const has = { none: 'not logged', some: 'some events logged', all: 'logged', unknown: null }[state.state];
    return [{ ...drift, has }];
  });
  return [...settings, ...groups];
}
