import { discoveryReport } from '../../messages/discovery/discovery-report.ts';
import { AmtError, type AmtErrorCode, type AmtFacts, type AmtSession } from '../../ports/amt.ts';
import type { AmtStatusStore } from '../../ports/discovery/amt-status-store.ts';
import { askDns } from '../diagnosis/ask-dns.ts';
import { connectionFacts } from '../finding.ts';
import type { Operation } from '../operation.ts';
import { isOpen, type LookDeps, lookFromOutside, standingOf } from '../verification/look-at-device.ts';

/** Finds out what PCs of the inventory are to us, and keeps it. One log-in with the account that the inventory names. */
export function createDiscover(deps: LookDeps & { readonly statuses: Pick<AmtStatusStore, 'keep' | 'of'> }): Operation {
  return {
    name: 'discover',
    exclusive: false,
    async perform(task) {
      const { device, session, clock } = task;
      const { address } = await askDns(device, deps.probes, clock);
      const outside = await lookFromOutside(task, deps, address);
      const { facts, error } = isOpen(outside.own) ? await ask(session) : { facts: null, error: null };
      const standing = standingOf(device, outside, facts, error);
      const [before = null] = await deps.statuses.of([device.id]);
      await deps.statuses.keep([{ deviceId: device.id, at: clock.now(), ...standing }]);
      return {
        status: 'ok',
        code: 'done',
        evidence: [],
        facts: facts ? connectionFacts(session) : {},
        report: discoveryReport(device.name, standing, before, facts),
        powerState: null,
        amtVersion: facts?.amtVersion ?? null,
      };
    },
  };
}

async function ask(
  session: AmtSession,
): Promise<{ readonly facts: AmtFacts | null; readonly error: AmtErrorCode | null }> {
  try {
    return { facts: await session.readFacts(), error: null };
  } catch (error) {
    if (!(error instanceof AmtError) || error.code === 'cancelled') throw error;
    return { facts: null, error: error.code };
  }
}
