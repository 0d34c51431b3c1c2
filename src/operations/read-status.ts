import { statusReport } from '../messages/reports/status.ts';
import type { StandingStore } from '../ports/digests/standing-store.ts';
import { endOf, ifThere, wakeFacts } from './finding.ts';
import type { Operation, OperationEnd, OperationTask } from './operation.ts';

/** Reads what `status` shows, in about eight round trips, and keeps what digests count. Changes nothing, so it needs no lock. */
export function createReadStatus({ standings }: { readonly standings: StandingStore }): Operation {
  return { name: 'read-status', exclusive: false, perform: (task) => perform(task, standings) };
}

async function perform({ session, device, clock }: OperationTask, standings: StandingStore): Promise<OperationEnd> {
  const power = await session.readPower();
  const facts = await session.readFacts();
  // What old firmware lacks, or this account may not see, is left out; the rest is still worth knowing.
  const settings = await ifThere(() => session.settings.read(['powerPackage', 'linkPolicy']));
  const auditLog = await ifThere(() => session.auditLog.status());
  const driftSeconds = await ifThere(() => session.deviceClock.readDriftSeconds());
  const report = statusReport({
    name: device.name,
    power,
    facts,
    settings,
    auditLog,
    driftSeconds,
    now: clock.now(),
  });
  await standings.keepStatus({
    deviceId: device.id,
    at: clock.now(),
    provisioningState: facts.provisioningState,
    controlMode: facts.controlMode,
    certificateExpiresAt: facts.certificateExpiresAt,
    auditLogFullPercent: typeof auditLog?.percentageFree === 'number' ? 100 - auditLog.percentageFree : null,
  });
  const shown = Object.fromEntries(report.facts.map(({ label, value }) => [label.toLowerCase(), value]));
  return {
    ...endOf(session, 'ok', 'done', report),
    facts: { power: shown.power ?? '', amt: shown.amt ?? '', state: shown.state ?? '', ...wakeFacts(settings ?? {}) },
    powerState: power.state,
    amtVersion: facts.amtVersion,
  };
}
