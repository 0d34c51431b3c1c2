import { describe, expect, test } from '@jest/globals';
import { createDiagnose } from '../../src/operations/diagnosis/diagnose.ts';
import { AmtError } from '../../src/ports/amt.ts';
import type { NetworkProbes, PortAnswer } from '../../src/ports/network/network-probes.ts';
import type { Device } from '../../src/ports/store/inventory-store.ts';
import type { WakeHistory } from '../../src/ports/store/wake-history.ts';
import { device, target } from '../support/fixtures.ts';
import { fakeState } from './fake-device.ts';
import { noHistory, openNetwork, perform } from './perform.ts';

const at = new Date('2026-11-24T08:00:00Z');
const answered: PortAnswer = { kind: 'answered', ms: 3, tls: null };

/** A network on which ports answer by turns; the last answer stays. Every probe is noted as `host:port`. */
function network(answers: readonly PortAnswer[], over: Partial<NetworkProbes> = {}) {
  const asked: string[] = [];
  let turn = 0;
  const probes: NetworkProbes = {
    ...openNetwork,
    async askPort({ host, port }) {
      asked.push(`${host}:${port}`);
      if (host !== device.host || port !== 16_993) return answered;
      const answer = answers[Math.min(turn++, answers.length - 1)];
      if (!answer) throw new Error('no answer was given');
      return answer;
    },
    ...over,
  };
  return { asked, probes };
}

const history = (over: Partial<WakeHistory>): WakeHistory => ({ ...noHistory, ...over });
const darkBefore = history({
  lastOutcome: async () => ({
    operation: 'power-on',
    status: 'failed',
    code: 'stayed_dark',
    evidence: ['power state 8 (off) at each of 3 looks'],
    facts: {},
    endedAt: at,
  }),
});
const rowsOf = (end: Awaited<ReturnType<typeof perform>>) => end.report?.table?.rows ?? [];

describe('diagnose', () => {
  test('tells apart what the PC said, what we saw, and what is on record', async () => {
    const state = fakeState({
      settings: { linkPolicy: ['s0-ac', 'sx-ac'], powerPackage: 'Desktop: ON in S0, S3, S4-5' },
    });
    const end = await perform('diagnose', { power: [8], state }, { deps: { wakeHistory: darkBefore } });
    expect(end).toMatchObject({ status: 'ok', code: 'accepted_but_dark', powerState: 8, amtVersion: '15.0.23' });
    expect(end.facts).toMatchObject({ linkPolicy: 's0-ac,sx-ac', powerPackage: 'Desktop: ON in S0, S3, S4-5' });
    expect(end.report?.summary).toBe('did not come on; it is off now, AMT answers');
    expect(rowsOf(end).map(([, by, what]) => `${by}: ${what}`)).toEqual([
      'oob: port 16993 (TLS): answers',
      'oob: port 16992 (plain): answers',
      'PC: power state 8 (off); AMT 15.0.23',
      'PC: link kept up: on, AC; asleep or off, AC',
      'PC: power package: Desktop: ON in S0, S3, S4-5',
      'DNS: address of host42.madrid.example: no server answered',
      'record: last power-on ended as stayed_dark: power state 8 (off) at each of 3 looks',
    ]);
    expect(end.requests).toEqual([]);
  });

  test('silence is believed after three tries; then nobody is asked, and it is no sighting', async () => {
    const { asked, probes } = network([{ kind: 'silent', ms: 3_000 }]);
    const end = await perform('diagnose', {}, { deps: { probes } });
    expect(asked.filter((where) => where.endsWith('16993'))).toHaveLength(3);
    expect(end).toMatchObject({ status: 'ok', code: 'cause_not_known', calls: [], powerState: null, amtVersion: null });
    expect(rowsOf(end)[0]?.[2]).toBe('port 16993 (TLS): did not answer, 3 times (3.0 s)');
  });

  test('an ME that wakes by the first packet is asked after it', async () => {
    const { probes } = network([{ kind: 'silent', ms: 3_000 }, answered]);
    const end = await perform('diagnose', { power: [8] }, { deps: { probes } });
    expect(end.code).toBe('me_asleep');
    expect(rowsOf(end).map(([, , what]) => what)).toEqual(
      expect.arrayContaining(['port 16993 (TLS): did not answer (3.0 s)', 'port 16993 (TLS): answers']),
    );
  });

  test('neighbours of the same /24 are asked when it is silent, and only inventory devices', async () => {
    const { asked, probes } = network([{ kind: 'silent', ms: 3_000 }]);
    const wanted: (string | null)[] = [];
    const neighbour: Device = { ...device, id: 'dev_host43', name: 'host43', host: '127.22.0.43' };
    const wakeHistory = history({
      async neighbours(_device, subnet) {
        wanted.push(subnet);
        return [neighbour];
      },
    });
    const end = await perform('diagnose', {}, { deps: { probes, wakeHistory } });
    expect(wanted).toEqual(['127.22.0.']);
    expect(asked).toContain('127.22.0.43:16993');
    expect(rowsOf(end).map(([, , what]) => what)).toContain('of 1 neighbours in 127.22.0.0/24 host43 answers');
  });

  test('what ends the conversation is the cause, and it is no failure of the question', async () => {
    const refusal = new AmtError('wrong_credentials', ['127.22.0.42:16993 refused the user name or password']);
    const end = await perform('diagnose', { power: [refusal] }, { deps: { wakeHistory: darkBefore } });
    expect(end).toMatchObject({ status: 'ok', code: 'wrong_credentials', powerState: null });
    expect(rowsOf(end)).toContainEqual([
      expect.anything(),
      'PC',
      '127.22.0.42:16993 refused the user name or password',
    ]);
  });

  test('what AMT lacks does not keep the rest from being told', async () => {
    const failing = { 'settings linkPolicy,powerPackage': new AmtError('class_missing') };
    expect(await perform('diagnose', { power: [2], saving: ['saving'], failing })).toMatchObject({
      code: 'modern_standby',
    });
  });

  test('more than ten PCs are refused before anything is asked', async () => {
    const { refusal } = createDiagnose({ probes: openNetwork, wakeHistory: noHistory, timeZone: 'UTC' });
    const pcs = Array.from({ length: 11 }, (_, n) => target(`host${n}`));
    expect(await refusal?.(pcs)).toMatchObject({ code: 'too_many_devices' });
    expect(await refusal?.(pcs.slice(1))).toBeNull();
  });
});
