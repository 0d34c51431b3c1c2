import { appliedReport, driftReport, type Mended, settingsReport } from '../../messages/reports/settings.ts';
import type { AmtSession } from '../../ports/amt.ts';
import type { Clock } from '../../ports/clock.ts';
import type { StandingStore } from '../../ports/digests/standing-store.ts';
import { onlySetting } from '../../profiles/compare-settings.ts';
import { type DeviceProfile, type Profile, profileFor } from '../../profiles/profile.ts';
import { logGroup } from '../audit/policy.ts';
import { endOf, localError, wakeFacts } from '../finding.ts';
import type { Operation } from '../operation.ts';
import { type FoundDrift, findDrift } from './find-drift.ts';

/** Shows a PC's settings. */
export const readSettings: Operation = {
  name: 'read-settings',
  exclusive: false,
  async perform({ session, device }) {
    const settings = await session.settings.read();
    const end = endOf(session, 'ok', 'done', settingsReport(device.name, settings));
    return { ...end, facts: { ...end.facts, ...wakeFacts(settings) } };
  },
};

/** Comparing a PC with the profiles that apply to it, and making it as they say. */
export function createSettingsOperations(deps: {
  readonly profiles: () => readonly Profile[];
  readonly standings: StandingStore;
}): readonly [diff: Operation, apply: Operation] {
  const keep = (deviceId: string, drifts: number, clock: Clock) =>
    deps.standings.keepDrift({ deviceId, drifts, at: clock.now() });
  return [
    {
      name: 'diff-settings',
      exclusive: false,
      async perform({ session, device, clock }) {
        const profile = profileFor(device, deps.profiles());
        if (!profile) return endOf(session, 'failed', 'no_profile', null);
        const drifts = await findDrift(session, profile);
        await keep(device.id, drifts.length, clock);
        const report = driftReport(device.name, profile.ids, drifts);
        return endOf(session, 'ok', drifts.length === 0 ? 'as_profiled' : 'drifted', report);
      },
    },
    {
      name: 'apply-settings',
      exclusive: true,
      async perform({ session, device, interrupted, clock }) {
        const profile = profileFor(device, deps.profiles());
        if (!profile) return endOf(session, 'failed', 'no_profile', null);
        const drifts = await findDrift(session, profile);
        if (drifts.length === 0) {
          await keep(device.id, 0, clock);
          const report = appliedReport(device.name, profile.ids, []);
          return endOf(session, 'ok', interrupted ? 'done' : 'already_so', report);
        }
        const refused = new Map<string, string>();
        for (const drift of drifts) {
          const problem = await mend(session, profile, drift);
          if (problem !== null) refused.set(drift.label, problem);
        }
        const left = new Map((await findDrift(session, profile)).map((drift) => [drift.label, drift]));
        const all = drifts.map((drift): Mended => ({ ...drift, problem: problemOf(drift, refused, left) }));
        await keep(device.id, left.size, clock);
        const isDone = all.every(({ problem }) => problem === null);
        const report = appliedReport(device.name, profile.ids, all);
        if (!isDone) return endOf(session, 'failed', 'settings_differ', report);
        const end = endOf(session, 'ok', 'done', report);
        return { ...end, facts: { ...end.facts, ...wakeFacts(profile.settings) } };
      },
    },
  ];
}

/** Writes one thing. Null, or why the firmware did not take it; the others go on then. */
async function mend(session: AmtSession, profile: DeviceProfile, drift: FoundDrift): Promise<string | null> {
  if (drift.has === null) return 'cannot be set';
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
