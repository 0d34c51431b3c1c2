import type { Mended } from '../../messages/reports/settings.ts';
import type { AmtSession } from '../../ports/amt.ts';
import { onlySetting } from '../../profiles/compare-settings.ts';
import type { DeviceProfile, ProfileNetworkAccess } from '../../profiles/profile.ts';
import { logGroup } from '../audit/policy.ts';
import { localError } from '../finding.ts';
import { type DriftPart, type FoundDrift, findDrift } from './find-drift.ts';

/** Makes 802.1X of a PC as its profile says. Null, or why it could not be. Rejects as the conversation does. */
export type BringNetworkAccess = (session: AmtSession, access: ProfileNetworkAccess) => Promise<string | null>;

/** What became of it; each thing is believed only when it reads back. */
export interface MendedDrift {
  readonly all: readonly Mended[];
  /** Count of things that are not as the profile says now. */
  readonly left: number;
}

/**
 * Makes a PC as its profile says, thing by thing: what the firmware refuses does not keep the rest from being done. What is so already
 * is left. Rejects with AmtError when the conversation fails.
 */
export async function mendDrift(
  session: AmtSession,
  profile: DeviceProfile,
  bringNetworkAccess: BringNetworkAccess,
  parts?: readonly DriftPart[],
): Promise<MendedDrift> {
  const drifts = await findDrift(session, profile, parts);
  if (drifts.length === 0) return { all: [], left: 0 };
  const refused = new Map<string, string>();
  const { networkAccess } = profile;
  // Its settings are written together.
  const isOfNetwork = ({ mends }: FoundDrift) => mends.kind === 'network';
  const network = drifts.filter(isOfNetwork);
  if (networkAccess && network.length > 0) {
    const isMissing = network.every(({ has }) => has === null);
    const problem = isMissing ? 'cannot be set' : await bringNetworkAccess(session, networkAccess);
    if (problem !== null) for (const { label } of network) refused.set(label, problem);
  }
  for (const drift of drifts.filter((each) => !isOfNetwork(each))) {
    const problem = await mend(session, profile, drift);
    if (problem !== null) refused.set(drift.label, problem);
  }
  const left = new Map((await findDrift(session, profile, parts)).map((drift) => [drift.label, drift]));
  return { all: drifts.map((drift) => ({ ...drift, problem: problemOf(drift, refused, left) })), left: left.size };
}

/** Writes one thing. Null, or why the firmware did not take it; the others go on then. */
async function mend(session: AmtSession, profile: DeviceProfile, drift: FoundDrift): Promise<string | null> {
  if (drift.has === null || drift.mends.kind === 'network') return 'cannot be set';
  if (drift.mends.kind === 'audit') return logGroup(session, drift.mends.group, false);
  try {
    await session.settings.write(onlySetting(profile.settings, drift.mends.name));
    return null;
  } catch (error) {
    return localError(error).code;
  }
}

/** What was written is believed only when it reads back. */
function problemOf(
  { label }: FoundDrift,
  refused: ReadonlyMap<string, string>,
  left: ReadonlyMap<string, FoundDrift>,
): string | null {
  const still = left.get(label);
  return refused.get(label) ?? (still ? `still ${still.has ?? 'not there'}` : null);
}
