import { setTimeout as delay } from 'node:timers/promises';
import { AmtError, type AmtSession } from '../../ports/amt.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AmtFinding } from '../../wake-causes/evidence.ts';
import { ifThere } from '../finding.ts';

const on = 2;

type Findings = { -readonly [K in keyof AmtFinding]: AmtFinding[K] };

/** Asks AMT what bears on waking, as much as it gives within `withinMs`. A failed conversation is a finding too; never rejects with it. */
export async function askAmt(session: AmtSession, clock: Clock, withinMs: number): Promise<AmtFinding> {
  const found: Findings = {
    at: clock.now(),
    powerState: null,
    osPowerSaving: null,
    linkPolicy: null,
    powerPackage: null,
    amtVersion: null,
    systemUuid: null,
    error: null,
  };
  const over = new AbortController();
  const late = delay(withinMs, 'late' as const, { signal: over.signal }).catch(() => 'late' as const);
  const asked = ask(session, found).catch((error: unknown) => {
    if (!(error instanceof AmtError)) throw error;
    found.error = { code: error.code, evidence: error.evidence };
  });
  // The session ends with the operation, and with it what still is under way.
  asked.catch(() => {});
  const end = await Promise.race([asked, late]);
  over.abort();
  const heard = { ...found, at: clock.now(), amtVersion: found.powerState === null ? null : session.amtVersion };
  if (end !== 'late') return heard;
  const seconds = (withinMs / 1_000).toFixed(1);
  return { ...heard, error: { code: 'no_answer', evidence: [`AMT did not answer everything within ${seconds} s`] } };
}

async function ask(session: AmtSession, found: Findings): Promise<void> {
  const { state } = await session.readPower();
  found.powerState = state;
  if (state === on) found.osPowerSaving = await ifThere(() => session.readOsPowerSaving());
  const settings = await ifThere(() => session.settings.read(['linkPolicy', 'powerPackage']));
  found.linkPolicy = settings?.linkPolicy ?? null;
  found.powerPackage = settings?.powerPackage ?? null;
  found.systemUuid = await ifThere(() => session.provisioning.setup.uuid());
}
