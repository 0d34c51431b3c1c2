import { describe, expect, test } from '@jest/globals';
import { createPowerOn } from '../../src/operations/power/wake.ts';
import { AmtError, type AmtErrorCode, type AmtGateway } from '../../src/ports/amt.ts';
import type { Presence } from '../../src/ports/network/presence.ts';
import { WakeError, type WakePackets } from '../../src/ports/network/wake-on-lan.ts';
import { performTask } from '../../src/runs/perform-task.ts';
import type { WakeSettings } from '../../src/wake/wake-settings.ts';
import { recordingLogger } from '../store/testing.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { device } from '../support/fixtures.ts';
import { scriptedSession } from './fake-session.ts';

const usual: WakeSettings = {
  method: 'amt-then-wol',
  subnets: [],
  prefixLength: 24,
  unicast: true,
  udpPorts: [7, 9],
  packetCount: 3,
  packetGapMs: 200,
  interface: 'eth0',
  tcpPorts: [445],
  refusedCounts: true,
  ping: false,
  lookMs: 2_000,
  alarmBackupMinutes: null,
};
const up: Presence = { isUp: true, by: 'TCP 445', evidence: ['TCP 445 answers'] };
const down: Presence = { isUp: false, by: null, evidence: ['TCP 445 gave no answer'] };

/** Turns the PC on: `amt` is what becomes of each conversation, `looks` what is seen at each look; the last one stays. */
async function turnOn(setting: {
  readonly settings?: Partial<WakeSettings>;
  readonly amt?: readonly (AmtErrorCode | number)[];
  readonly looks?: readonly Presence[];
  readonly mac?: string | null;
  readonly interrupted?: boolean;
  readonly sending?: Error;
}) {
  const { amt = ['unreachable'], looks = [down, up], mac = '02:00:00:00:00:2a' } = setting;
  const sent: WakePackets[] = [];
  let conversations = 0;
  let looked = 0;
  const gateway: AmtGateway = {
    async withDevice(_endpoint, work) {
      const next = amt[Math.min(conversations, amt.length - 1)];
      conversations += 1;
      if (typeof next === 'string') throw new AmtError(next, ['nothing came back']);
      return work(scriptedSession({ power: [next ?? 2] }));
    },
    close: async () => {},
  };
  const operation = createPowerOn({
    settingsOf: () => ({ ...usual, ...setting.settings }),
    secureOnOf: async () => Uint8Array.of(1, 2, 3, 4),
    sender: {
      async send(packets) {
        if (setting.sending) throw setting.sending;
        sent.push(packets);
        return 12;
      },
    },
    presence: {
      async look() {
        const seen = looks[Math.min(looked, looks.length - 1)] ?? down;
        looked += 1;
        return seen;
      },
    },
  });
  const task = { device: { ...device, host: '10.1.2.3', mac }, attempt: 1, interrupted: setting.interrupted ?? false };
  const outcome = await performTask(task, operation, {
    gateway,
    clock: createFakeClock(),
    logger: recordingLogger(),
    verifyMs: 90_000,
    parameters: {},
    signal: new AbortController().signal,
    auditCredentialOf: () => null,
    lend: (wait) => wait,
  });
  return { ...outcome, sent, conversations, looked };
}

describe('turning on without AMT', () => {
  test('amt-only is as it was: no look, no packet, one conversation', async () => {
    const end = await turnOn({ settings: { method: 'amt-only' } });
    expect(end).toMatchObject({ status: 'failed', code: 'unreachable', sent: [], conversations: 1, looked: 0 });
  });

  test('amt-then-wol: AMT that answers is all there is', async () => {
    const end = await turnOn({ amt: [2] });
    expect(end).toMatchObject({ status: 'ok', code: 'already_so', sent: [], conversations: 1, looked: 0 });
  });

  test('amt-then-wol: AMT is silent, packets go out, TCP confirms', async () => {
    const end = await turnOn({});
    expect(end).toMatchObject({
      status: 'ok',
      code: 'done',
      powerState: 2,
      facts: { power: 'on', seen: 'TCP 445', method: 'WoL' },
      evidence: [
        'AMT: unreachable, nothing came back',
        '12 magic packets to 10.1.2.255, 10.1.2.3, UDP 7 and 9',
        'TCP 445 answers',
      ],
    });
    expect(end.sent).toEqual([
      {
        mac: '02:00:00:00:00:2a',
        secureOn: Uint8Array.of(1, 2, 3, 4),
        addresses: ['10.1.2.255', '10.1.2.3'],
        ports: [7, 9],
        count: 3,
        gapMs: 200,
        interface: 'eth0',
      },
    ]);
  });

  test('amt-then-wol: the management engine that slept may be the one that confirms', async () => {
    const end = await turnOn({ amt: ['no_answer', 'no_answer', 2], looks: [down] });
    expect(end).toMatchObject({ status: 'ok', code: 'done', facts: { seen: 'the AMT power state', method: 'WoL' } });
  });

  test('packets alone are never "on": without a sign of life it failed', async () => {
    const end = await turnOn({ looks: [down] });
    expect(end).toMatchObject({ status: 'failed', code: 'packets_unanswered', powerState: null });
    expect(end.evidence).toContain('TCP 445 gave no answer');
  });

  test('a PC that is up already gets no packet', async () => {
    expect(await turnOn({ looks: [up] })).toMatchObject({ status: 'ok', code: 'already_so', sent: [] });
    expect(await turnOn({ looks: [up], interrupted: true })).toMatchObject({ status: 'ok', code: 'done', sent: [] });
  });

  test.each([
    'wrong_credentials',
    'certificate_changed',
    'certificate_expired',
    'tls_too_old',
    'not_permitted',
  ] as const)('amt-then-wol: %s is for a person to mend, not for packets to hide', async (code) =>
    expect(await turnOn({ amt: [code] })).toMatchObject({ status: 'failed', code, sent: [], looked: 0 }),
  );

  test('wol-only: AMT is never spoken with, so no credential is needed', async () => {
    const end = await turnOn({ settings: { method: 'wol-only' } });
    expect(end).toMatchObject({ status: 'ok', code: 'done', conversations: 0, facts: { method: 'WoL' } });
  });

  test('no MAC address in the inventory', async () => {
    expect(await turnOn({ mac: null })).toMatchObject({ status: 'failed', code: 'mac_missing' });
  });

  test('packets that cannot be sent: why', async () => {
    const sending = new WakeError('no_such_interface', ['there is no interface eth0; there are lo (127.0.0.1)']);
    const end = await turnOn({ sending });
    expect(end).toMatchObject({ status: 'failed', code: 'packets_not_sent' });
    expect(end.evidence).toContain('there is no interface eth0; there are lo (127.0.0.1)');
  });
});
