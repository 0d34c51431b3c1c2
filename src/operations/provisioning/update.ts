import { updatedReport } from '../../messages/provisioning/upkeep-reports.ts';
import type { StandingStore } from '../../ports/digests/standing-store.ts';
import { profileFor } from '../../profiles/profile.ts';
import { applyProfile, isApplied } from '../../provisioning/configure/apply-profile.ts';
import { ProvisioningError } from '../../provisioning/machine/provisioning-error.ts';
import { keptFactsOf, provisionedRecord, type UpkeepDeps } from '../../provisioning/upkeep/upkeep-deps.ts';
import { endOf } from '../finding.ts';
import type { Operation } from '../operation.ts';
import { findDrift } from '../site/find-drift.ts';
import { upkeepRefusal } from './upkeep-operation.ts';

/** Pushes what the profile says to provisioned PCs, all parts of it. Null: this service can't. */
export function createUpdate(deps: UpkeepDeps | null, standings: StandingStore): Operation {
  return {
    name: 'update',
    exclusive: true,
    refusal: upkeepRefusal(deps, ['provisioned']),
    async perform({ session, device, signal, interrupted, clock }) {
      if (!deps) return endOf(session, 'failed', 'provisioning_unavailable', null);
      const profile = profileFor(device, deps.profiles());
      if (!profile) return endOf(session, 'failed', 'no_profile', null);
      const kept = keptFactsOf(deps);
      try {
        await provisionedRecord({ device, requestId: null, signal }, deps);
      } catch (error) {
        if (!(error instanceof ProvisioningError)) throw error;
        return endOf(session, 'failed', error.code, null, error.evidence);
      }
      const facts = await kept.of(device.id);
      const parts = await applyProfile(session, device, {
        ...deps,
        facts,
        kept: (found) => kept.keep(device.id, found),
      });
      const bad = parts.filter((part) => !isApplied(part));
      const drifts = bad.length === 0 ? 0 : (await findDrift(session, profile)).length;
      await standings.keepDrift({ deviceId: device.id, drifts, at: clock.now() });
      const report = updatedReport(device.name, profile.ids, parts);
      const [first] = bad;
      if (first) return endOf(session, 'failed', first.code, report, first.evidence);
      const isChanged = parts.some(({ code }) => code === 'done');
      return endOf(session, 'ok', isChanged || interrupted ? 'done' : 'already_so', report);
    },
  };
}
