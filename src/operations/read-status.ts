import { statusReport } from '../messages/reports/status.ts';
import { endOf, ifThere, wakeFacts } from './finding.ts';
import type { Operation } from './operation.ts';

/** Reads what `status` shows, in about eight round trips. Changes nothing, so it needs no lock. */
export const readStatus: Operation = {
  name: 'read-status',
  exclusive: false,
  async perform({ session, device, clock }) {
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
    const shown = Object.fromEntries(report.facts.map(({ label, value }) => [label.toLowerCase(), value]));
    return {
      ...endOf(session, 'ok', 'done', report),
      facts: { power: shown.power ?? '', amt: shown.amt ?? '', state: shown.state ?? '', ...wakeFacts(settings ?? {}) },
      powerState: power.state,
      amtVersion: facts.amtVersion,
    };
  },
};
