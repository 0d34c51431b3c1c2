import { describe, expect, test } from '@jest/globals';
import { type ProvisioningNow, provisioningProgress } from '../../src/messages/provisioning/progress.ts';
import { provisionReasons } from '../../src/messages/provisioning/provision-reasons.ts';
import type { Provisioning, ProvisioningStep } from '../../src/ports/provisioning/provisioning-store.ts';
import { stageNow, stepsOf } from '../../src/provisioning/machine/stages.ts';

const at = new Date('2026-11-24T09:00:00Z');

function pc(name: string, done: readonly ProvisioningStep[], more: Partial<Provisioning> = {}): ProvisioningNow {
  const record: Provisioning = {
    ...{ deviceId: name, mode: 'remote', state: 'under-way', version: 1, requestId: null, done, attempt: null },
    ...{ facts: {}, failure: null, startedAt: at, changedAt: at },
    ...more,
  };
  return { name, record };
}
const all = stepsOf('remote');
const until = (step: ProvisioningStep) => all.slice(0, all.indexOf(step));

describe('how far PCs are', () => {
  test.each([
    [{ name: 'pc1', record: null }, '▶ preflight · activate · secure · configure · verify · record'],
    [
      pc('pc1', until('certificate'), { attempt: { step: 'certificate', at } }),
      '✔ preflight · ✔ activate · ▶ secure (its certificate) · configure · verify · record',
    ],
    [pc('pc1', until('settings')), '✔ preflight · ✔ activate · ✔ secure · ▶ configure · verify · record'],
    [
      pc('pc1', until('tls'), { state: 'stopped', failure: { step: 'tls', code: 'unreachable', evidence: [] } }),
      '✔ preflight · ✔ activate · ▶ secure (stopped at TLS) · configure · verify · record',
    ],
    [
      pc('pc1', [], { mode: 'in-band', state: 'awaiting-agent' }),
      '✔ preflight · ▶ activate (waits for the agent on the PC) · secure · configure · verify · record',
    ],
    [
      pc('pc1', all, { state: 'provisioned' }),
      '✔ preflight · ✔ activate · ✔ secure · ✔ configure · ✔ verify · ✔ record',
    ],
  ])('one: stage by stage, by word and sign', (one, line) => {
    expect(provisioningProgress([one])).toEqual({ lines: [line] });
  });

  test('up to ten: a row for each; of more: how many are in which stage', () => {
    const few = [{ name: 'pc1', record: null }, pc('pc2', until('verify')), pc('pc3', all, { state: 'provisioned' })];
    expect(provisioningProgress(few)).toEqual({
      lines: [],
      table: {
        columns: ['PC', 'Stage', 'Steps'],
        rows: [
          ['pc1', 'preflight', ''],
          ['pc2', 'verify', `${all.length - 2} of ${all.length}`],
          ['pc3', 'provisioned', `${all.length} of ${all.length}`],
        ],
      },
    });
    const many = Array.from({ length: 12 }, (_pc, index) =>
      index < 4 ? pc(`pc${index}`, until('verify')) : { name: `pc${index}`, record: null },
    );
    expect(provisioningProgress(many)).toEqual({ lines: ['12 PCs by stage: preflight 8, verify 4.'] });
    expect(provisioningProgress([])).toEqual({ lines: [] });
  });

  test('a PC goes through one of the two set-ups in band', () => {
    const steps = stepsOf('in-band');
    expect(steps.slice(0, 3)).toEqual(['keep-secrets', 'set-up-client', 'set-up-admin']);
    const { record } = pc('pc1', ['keep-secrets', 'set-up-admin'], { mode: 'in-band' });
    expect(record && stageNow(record)).toBe('activate');
    expect(stepsOf('in-band', record?.done).slice(0, 4)).toEqual([
      'keep-secrets',
      'set-up-admin',
      'set-clock',
      'set-mebx-password',
    ]);
  });
});

test('every reason says what to do', () => {
  const bare = Object.entries(provisionReasons).filter(([, { what, mend }]) => !what.endsWith('.') || mend.length < 20);
  expect(bare.map(([code]) => code)).toEqual([]);
});
