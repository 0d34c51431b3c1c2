import { describe, expect, test } from '@jest/globals';
import { AmtError } from '../../src/ports/amt.ts';
import { perform } from './perform.ts';

const lost = new AmtError('no_answer', [], { mayHaveActed: true });
const dropped = new AmtError('connection_dropped');

describe('power on', () => {
  test('reads, acts, looks until it is on', async () => {
    const end = await perform('power-on', { power: [8, 8, 2] });
    expect(end).toMatchObject({ status: 'ok', code: 'done', powerState: 2, facts: { before: 'off', power: 'on' } });
    expect(end.calls).toEqual(['read', 'request 2', 'read', 'read']);
  });
  test('a PC that is on is left alone', async () => {
    expect(await perform('power-on', { power: [2] })).toMatchObject({ status: 'ok', code: 'already_so', requests: [] });
  });
  test('accepted is not on: dark until the time is up', async () => {
    const end = await perform('power-on', { power: [8] });
    expect(end).toMatchObject({ status: 'failed', code: 'stayed_dark', powerState: 8, requests: ['request 2'] });
    expect(end.evidence.at(-1)).toMatch(/^power state 8 \(off\) at each of \d+ looks$/);
  });
  test('busy once (mps: one change at a time): looks, then asks again', async () => {
    const end = await perform('power-on', { power: [8, 8, 2], answers: [4099, 0] });
    expect(end).toMatchObject({ status: 'ok', code: 'done', requests: ['request 2', 'request 2'] });
    expect(end.calls.slice(0, 4)).toEqual(['read', 'request 2', 'read', 'request 2']);
  });
  test('busy, and meanwhile it came on: not asked again', async () => {
    expect(await perform('power-on', { power: [8, 2], answers: [4099] })).toMatchObject({
      code: 'done',
      requests: ['request 2'],
    });
  });
  test('refused by the firmware', async () => {
    const end = await perform('power-on', { power: [8], answers: [1] });
    expect(end).toMatchObject({
      status: 'failed',
      code: 'rejected_by_firmware',
      evidence: ['AMT answered 1 (value 1) to command 2'],
    });
  });
  test('a lost answer is not repeated before the state was read', async () => {
    const end = await perform('power-on', { power: [8, 8, 2], answers: [lost] });
    expect(end).toMatchObject({ status: 'ok', code: 'done', requests: ['request 2'] });
  });
  test('a lost answer and still off: read in between, then asked once more', async () => {
    const reads = Array.from({ length: 12 }, () => 8);
    const end = await perform('power-on', { power: [...reads, 2], answers: [lost, 0] });
    expect(end).toMatchObject({ status: 'ok', requests: ['request 2', 'request 2'] });
    const [first, second] = end.calls.flatMap((call, index) => (call.startsWith('request') ? [index] : []));
    expect(end.calls.slice((first ?? 0) + 1, second)).toContain('read');
  });
  test('Modern Standby (deployment#273, MeshCentral#4253): accepted but asleep, so the OS is asked to full power', async () => {
    const end = await perform('power-on', {
      power: [8, 8, 8, 8, 8, 8, 8, 8, 2],
      saving: ['saving', 'saving', 'full-power'],
    });
    expect(end).toMatchObject({ status: 'ok', code: 'done' });
    expect(end.calls).toContain('full power');
  });
  test('Modern Standby: was asleep, reports on, still sleeps', async () => {
    const end = await perform('power-on', { power: [3, 2], saving: ['saving', 'full-power'] });
    expect(end.calls).toEqual(['read', 'request 2', 'read', 'saving?', 'full power', 'read', 'saving?']);
  });
  test('Modern Standby: reports on though it sleeps', async () => {
    const end = await perform('power-on', { power: [2], saving: ['saving', 'full-power'] });
    expect(end).toMatchObject({ status: 'ok', code: 'done', requests: [] });
    expect(end.calls).toContain('full power');
  });
  test('drops off the network while it boots: looked at again', async () => {
    expect(await perform('power-on', { power: [8, dropped, dropped, 2] })).toMatchObject({
      status: 'ok',
      code: 'done',
    });
  });
  test('a changed certificate in mid-boot is not overlooked', async () => {
    await expect(perform('power-on', { power: [8, new AmtError('certificate_changed')] })).rejects.toMatchObject({
      code: 'certificate_changed',
    });
  });
});

describe('power off', () => {
  test('acts and looks', async () => {
    expect(await perform('power-off', { power: [2, 2, 8] })).toMatchObject({
      status: 'ok',
      code: 'done',
      requests: ['request 8'],
    });
  });
  test('off already', async () =>
    expect(await perform('power-off', { power: [8] })).toMatchObject({ code: 'already_so', requests: [] }));
  test('stays on', async () =>
    expect(await perform('power-off', { power: [2] })).toMatchObject({ status: 'failed', code: 'stayed_on' }));
  test('a lost answer and still on is not known, and not repeated', async () => {
    expect(await perform('power-off', { power: [2], answers: [lost] })).toMatchObject({
      status: 'unknown',
      code: 'answer_lost',
      requests: ['request 8'],
    });
  });
});

describe.each([
  ['reset', 10],
  ['power-cycle', 5],
] as const)('%s', (name, state) => {
  test('is accepted, never called verified', async () => {
    expect(await perform(name, { power: [2] })).toMatchObject({
      status: 'ok',
      code: 'accepted',
      requests: [`request ${state}`],
    });
  });
  test('of a PC that is off does nothing useful, so it is not sent', async () => {
    expect(await perform(name, { power: [8] })).toMatchObject({ status: 'failed', code: 'not_on', requests: [] });
  });
  test('after a crash: the state is read, nothing is sent', async () => {
    expect(await perform(name, { power: [2] }, { interrupted: true })).toMatchObject({
      status: 'unknown',
      code: 'interrupted',
      requests: [],
      powerState: 2,
    });
  });
  test('a lost answer is never sent again', async () => {
    expect(await perform(name, { power: [2], answers: [lost] })).toMatchObject({
      status: 'unknown',
      code: 'answer_lost',
      requests: [`request ${state}`],
    });
  });
});
