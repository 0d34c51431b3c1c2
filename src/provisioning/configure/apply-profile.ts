import type { OutcomeCode } from '../../messages/reasons/reasons.ts';
import { bringAccounts } from '../../operations/site/bring-accounts.ts';
import type { DriftPart } from '../../operations/site/find-drift.ts';
import { mendDrift } from '../../operations/site/mend-drift.ts';
import type { AmtSession } from '../../ports/amt.ts';
import type { ProvisioningFacts } from '../../ports/provisioning/provisioning-store.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import {
  type DeviceProfile,
  type Profile,
  type ProfilePart,
  profileFor,
  profileParts,
} from '../../profiles/profile.ts';
import { createBringNetworkAccess, type NetworkAccessDeps } from './bring-network-access.ts';

/** What a profile is applied with. */
export interface ApplyProfileDeps extends NetworkAccessDeps {
  readonly profiles: () => readonly Profile[];
  /** What is known of the device's 802.1X certificate. */
  readonly facts: ProvisioningFacts;
  readonly kept: (facts: ProvisioningFacts) => Promise<void>;
}

/** How one part went. */
export interface AppliedPart {
  readonly part: ProfilePart;
  readonly code: Extract<
    OutcomeCode,
    'done' | 'already_so' | 'settings_differ' | 'not_as_written' | 'credential_missing'
  >;
  /** What was changed and what not, one line each, no secrets. */
  readonly evidence: readonly string[];
}

/** Whether a part that ended so is as the profile says. Pure. */
export const isApplied = ({ code }: { readonly code: string }): boolean => code === 'done' || code === 'already_so';

/**
 * Makes a device as its profiles say: settings, audit policy, 802.1X, accounts. What is so already is left, each thing is read back,
 * and what the firmware refuses does not keep the rest from being done: safe to repeat. Parts that the profiles say nothing about are
 * left out, all of them where no profile covers the device. Rejects with AmtError when the conversation fails.
 */
export async function applyProfile(
  session: AmtSession,
  device: Device,
  deps: ApplyProfileDeps,
  only: readonly ProfilePart[] = profileParts,
): Promise<readonly AppliedPart[]> {
  const profile = profileFor(device, deps.profiles());
  if (!profile) return [];
  const applied: AppliedPart[] = [];
  for (const part of profileParts.filter((each) => only.includes(each) && isNamed(profile, each)))
    applied.push(
      part === 'accounts'
        ? await applyAccounts(session, profile, device, deps)
        : await applyDrift(session, profile, part, device, deps),
    );
  return applied;
}

function isNamed(profile: DeviceProfile, part: ProfilePart): boolean {
  const named: Readonly<Record<ProfilePart, boolean>> = {
    settings: Object.keys(profile.settings).length > 0,
    accounts: profile.accounts.length > 0,
    'audit-policy': profile.auditGroups.length > 0,
    'network-access': profile.networkAccess !== null,
  };
  return named[part];
}

async function applyDrift(
  session: AmtSession,
  profile: DeviceProfile,
  part: DriftPart,
  device: Device,
  deps: ApplyProfileDeps,
): Promise<AppliedPart> {
  const bring = createBringNetworkAccess({ device, facts: deps.facts, kept: deps.kept }, deps);
  const { all } = await mendDrift(session, profile, bring, [part]);
  const isDone = all.every(({ problem }) => problem === null);
  return {
    part,
    code: all.length === 0 ? 'already_so' : isDone ? 'done' : 'settings_differ',
    evidence: all.map(({ label, should, problem }) => `${label}: ${problem ?? should}`),
  };
}

async function applyAccounts(
  session: AmtSession,
  profile: DeviceProfile,
  device: Device,
  { credentials }: ApplyProfileDeps,
): Promise<AppliedPart> {
  const ownUser = (await credentials(device.credential))?.user ?? null;
  const wish = { prunes: false, rewritesPasswords: false, ownUser };
  const brought = await bringAccounts(session, profile.accounts, wish, credentials);
  if (brought.missing !== null)
    return { part: 'accounts', code: 'credential_missing', evidence: [`credential ${brought.missing}`] };
  const { changes, isDone } = brought;
  return {
    part: 'accounts',
    code: !isDone ? 'not_as_written' : changes.length > 0 ? 'done' : 'already_so',
    evidence: changes.map(({ account, what, problem }) => `${account}: ${problem ?? what}`),
  };
}
