import { appliedReport, driftReport, settingsReport } from '../../messages/reports/settings.ts';
import type { Clock } from '../../ports/clock.ts';
import type { StandingStore } from '../../ports/digests/standing-store.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import { type Profile, profileFor } from '../../profiles/profile.ts';
import { endOf, wakeFacts } from '../finding.ts';
import type { Operation } from '../operation.ts';
import { findDrift } from './find-drift.ts';
import { type BringNetworkAccess, mendDrift } from './mend-drift.ts';

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
  /** What gives this PC 802.1X. */
  readonly networkAccess: (device: Device) => BringNetworkAccess;
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
        const { all, left } = await mendDrift(session, profile, deps.networkAccess(device));
        await keep(device.id, left, clock);
        const report = appliedReport(device.name, profile.ids, all);
        if (all.length === 0) return endOf(session, 'ok', interrupted ? 'done' : 'already_so', report);
        const isDone = all.every(({ problem }) => problem === null);
        if (!isDone) return endOf(session, 'failed', 'settings_differ', report);
        const end = endOf(session, 'ok', 'done', report);
        return { ...end, facts: { ...end.facts, ...wakeFacts(profile.settings) } };
      },
    },
  ];
}
