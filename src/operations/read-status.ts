import { type AmtEvidence, classifyAmt } from '../discovery/amt-status.ts';
import { statusReport } from '../messages/reports/status.ts';
import { AmtError } from '../ports/amt.ts';
import type { StandingStore } from '../ports/digests/standing-store.ts';
import type { AmtStatusStore } from '../ports/discovery/amt-status-store.ts';
import { endOf, ifThere, wakeFacts } from './finding.ts';
import type { Operation, OperationEnd, OperationTask } from './operation.ts';

/** Where what was found out is kept. */
interface StatusDeps {
  readonly standings: StandingStore;
  readonly statuses: Pick<AmtStatusStore, 'keep'>;
}

/** Reads what `status` shows, in about eight round trips, and keeps what digests count. Changes nothing, so it needs no lock. */
export function createReadStatus(deps: StatusDeps): Operation {
  return {
    name: 'read-status',
    exclusive: false,
    perform: (task) =>
      perform(task, deps).catch(async (error: unknown) => {
        await keepRefusal(task, deps, error);
        throw error;
      }),
  };
}

async function perform(
  { session, device, clock }: OperationTask,
  { standings, statuses }: StatusDeps,
): Promise<OperationEnd> {
  const power = await session.readPower();
  const facts = await session.readFacts();
  // What old firmware lacks, or this account may not see, is left out; the rest is still worth knowing.
  const settings = await ifThere(() => session.settings.read(['powerPackage', 'linkPolicy']));
  const auditLog = await ifThere(() => session.auditLog.status());
  const driftSeconds = await ifThere(() => session.deviceClock.readDriftSeconds());
  const standing = classifyAmt({
    presence: 'answers',
    wasSeen: true,
    provisioningState: facts.provisioningState,
    account: 'accepted',
    // Over TLS the conversation stands only with our authority's certificate, or the recorded one.
    certificate: device.tls === 'none' ? 'none' : 'ours',
    controlMode: facts.controlMode,
    inInventory: true,
  });
  const report = statusReport({
    name: device.name,
    power,
    facts,
    settings,
    auditLog,
    driftSeconds,
    standing,
    now: clock.now(),
  });
  await statuses.keep([{ deviceId: device.id, at: clock.now(), ...standing }]);
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

/** A refusal by AMT itself says what the PC is to us; silence does not, for it may be asleep. */
async function keepRefusal({ device, clock }: OperationTask, { statuses }: StatusDeps, error: unknown): Promise<void> {
  if (!(error instanceof AmtError) || (error.code !== 'wrong_credentials' && error.code !== 'not_provisioned')) return;
  const evidence: AmtEvidence = {
    presence: 'answers',
    wasSeen: true,
    provisioningState: error.code === 'not_provisioned' ? 'pre' : 'unknown',
    account: error.code === 'not_provisioned' ? 'not_tried' : 'refused',
    certificate: 'unknown',
    controlMode: 'unknown',
    inInventory: true,
  };
  await statuses.keep([{ deviceId: device.id, at: clock.now(), ...classifyAmt(evidence) }]);
}
