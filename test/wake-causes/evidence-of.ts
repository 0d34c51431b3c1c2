import type { PortAnswer } from '../../src/ports/network/network-probes.ts';
import type { EarlierOutcome } from '../../src/ports/store/wake-history.ts';
import type { AmtFinding, Evidence } from '../../src/wake-causes/evidence.ts';

/** The moment of every look in these tests. */
export const now = new Date('2026-11-24T12:00:00Z');
const earlier = new Date('2026-11-24T11:00:00Z');

type WithoutTime<A> = A extends PortAnswer ? Omit<A, 'ms'> : never;

/** A probe's answer, or several of the same port. */
export function port(speaks: 'plain' | 'tls', ...answers: readonly WithoutTime<PortAnswer>[]) {
  const tries = answers.map((answer) => ({ ...answer, ms: 12, at: now }) as PortAnswer & { readonly at: Date }); // ms and time put back
  return { port: speaks === 'tls' ? 16_993 : 16_992, speaks, tries };
}

/** What AMT told; by default that the PC is off, and nothing else. */
export function amt(over: Partial<AmtFinding> = {}): AmtFinding {
  return {
    at: now,
    powerState: 8,
    osPowerSaving: null,
    linkPolicy: ['s0-ac', 'sx-ac'],
    powerPackage: 'Desktop: ON in S0, ME Wake in S3, S4-5',
    amtVersion: '15.0.23',
    systemUuid: null,
    error: null,
    ...over,
  };
}

/** A conversation that failed with this code. */
export function amtError(code: NonNullable<AmtFinding['error']>['code']): AmtFinding {
  const none = { powerState: null, linkPolicy: null, powerPackage: null, amtVersion: null };
  return amt({ ...none, error: { code, evidence: [`10.1.2.17:16993: ${code}`] } });
}

/** How the last attempt to wake it ended. */
export function lastWake(code: string, over: Partial<EarlierOutcome> = {}): EarlierOutcome {
  const status = code === 'done' ? 'ok' : 'failed';
  return { operation: 'power-on', status, code, evidence: [], facts: {}, endedAt: earlier, ...over };
}

/** A fact of an earlier conversation. */
export const remembered = (value: string) => ({ value, at: earlier });

/** A PC that is off, whose AMT answers over TLS, with nothing odd about it. */
export function evidenceOf(over: Partial<Evidence> = {}): Evidence {
  return {
    now,
    device: {
      name: 'host17',
      host: '10.1.2.17',
      fqdn: 'host17.madrid.example',
      tls: 'ca',
      seenAt: earlier,
      powerState: 8,
    },
    ports: [port('tls', { kind: 'answered', tls: null })],
    amt: amt(),
    dns: {
      at: now,
      name: 'host17.madrid.example',
      addresses: { kind: 'found', values: ['10.1.2.17'] },
      address: '10.1.2.17',
      names: { kind: 'found', values: ['host17.madrid.example'] },
    },
    neighbours: null,
    lastWake: null,
    remembered: { linkPolicy: null, powerPackage: null, systemUuid: null },
    ...over,
  };
}

/** The same PC when its port does this, and so nobody could be asked. */
export function unanswered(kind: 'silent' | 'mute' | 'dropped', over: Partial<Evidence> = {}): Evidence {
  return evidenceOf({ ports: [port('tls', { kind }, { kind }, { kind })], amt: null, ...over });
}

/** So many neighbours asked, so many of them there. */
export function neighbours(asked: number, answered: number) {
  const names = Array.from({ length: asked }, (_, n) => `host${n + 18}`);
  return { at: now, where: '10.1.2.0/24', asked: names, answered: names.slice(0, answered) };
}
