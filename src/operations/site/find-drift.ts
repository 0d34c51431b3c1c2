import type { Drift } from '../../messages/reports/settings.ts';
import type { SettingName } from '../../ports/amt/settings.ts';
import type { AmtSession } from '../../ports/amt.ts';
import { compareSettings } from '../../profiles/compare-settings.ts';
import type { DeviceProfile } from '../../profiles/profile.ts';
import type { AuditGroup } from '../audit/groups.ts';
import { isLogged, stateOfGroup } from '../audit/policy.ts';
import { ifThere } from '../finding.ts';

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
  const policy = await ifThere(() => session.auditLog.readPolicy());
  const groups = profile.auditGroups.flatMap((group): readonly FoundDrift[] => {
    const state = policy && stateOfGroup(group, policy, session.amtVersion);
    if (state && isLogged(state, false)) return [];
    const has = state && { none: 'not logged', some: 'some events logged', all: 'logged', unknown: null }[state.state];
    return [{ label: `Audit log of ${group}`, has, should: 'logged', mends: { kind: 'audit', group } }];
  });
  return [...settings, ...groups];
}
