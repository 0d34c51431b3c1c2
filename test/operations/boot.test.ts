import { describe, expect, test } from '@jest/globals';
import { AmtError } from '../../src/ports/amt.ts';
import type { Script } from './fake-session.ts';
import { perform } from './perform.ts';

const lost = new AmtError('no_answer', [], { mayHaveActed: true });
const boot = (script: Script, interrupted = false) =>
  perform('boot', script, { parameters: { from: 'pxe' }, interrupted });

describe('boot', () => {
  test('a PC that is on: the override first, then a reset, then a look', async () => {
    const end = await boot({ power: [2] });
    expect(end).toMatchObject({ status: 'ok', code: 'accepted', facts: { boot: 'the network (PXE)', before: 'on' } });
    expect(end.calls).toEqual(['read', 'boot pxe', 'request 10', 'read']);
  });
  test.each([8, 7])('a PC in power state %i is turned on', async (state) => {
    const end = await boot({ power: [state, 2] });
    expect(end).toMatchObject({ status: 'ok', code: 'accepted', requests: ['request 2'] });
    expect(end.calls).toEqual(['read', 'boot pxe', 'request 2', 'read']);
  });
  test('a PC that sleeps would wake without a boot, so nothing is set', async () => {
    expect(await boot({ power: [3] })).toMatchObject({ status: 'failed', code: 'asleep', calls: ['read'] });
  });
  test('a refused power command leaves no override behind', async () => {
    const end = await boot({ power: [2], answers: [1] });
    expect(end).toMatchObject({ status: 'failed', code: 'rejected_by_firmware' });
    expect(end.calls.at(-1)).toBe('boot clear');
    expect(end.evidence).toContain('the boot override was taken back');
  });
  test('a conversation that breaks before the power command leaves none either', async () => {
    const calls: string[] = [];
    const failing = { 'boot pxe': new AmtError('unreachable') };
    await expect(boot({ power: [2], failing, calls })).rejects.toMatchObject({ code: 'unreachable' });
    expect(calls).toEqual(['read', 'boot pxe', 'boot clear']);
  });
  test('firmware without boot overrides: class_missing, nothing is sent', async () => {
    const calls: string[] = [];
    const end = boot({ power: [2], failing: { 'boot pxe': new AmtError('class_missing') }, calls });
    await expect(end).rejects.toMatchObject({ code: 'class_missing', mayHaveActed: false });
    expect(calls).toEqual(['read', 'boot pxe']);
  });
  test('stays dark: failed, the override is taken back', async () => {
    const end = await boot({ power: [8] });
    expect(end).toMatchObject({ status: 'failed', code: 'stayed_dark' });
    expect(end.calls.at(-1)).toBe('boot clear');
  });
  test('a lost answer of a reset is not known; a boot that may have begun keeps its override', async () => {
    const end = await boot({ power: [2], answers: [lost] });
    expect(end).toMatchObject({ status: 'unknown', code: 'answer_lost', requests: ['request 10'] });
    expect(end.calls).not.toContain('boot clear');
    expect(end.evidence).toContain('the boot override may still be set');
  });
  test('a lost answer of a power-on is found out by looking', async () => {
    expect(await boot({ power: [8, 2], answers: [lost] })).toMatchObject({ status: 'ok', code: 'accepted' });
  });
  test('after a crash nothing is sent again; an override that no boot used is taken back', async () => {
    const end = await boot({ power: [2] }, true);
    expect(end).toMatchObject({ status: 'unknown', code: 'interrupted', requests: [] });
    expect(end.calls).toEqual(['read', 'boot clear']);
  });
  test('an override that cannot be taken back is said', async () => {
    const end = await boot({ power: [2], answers: [1], failing: { 'boot clear': new AmtError('no_answer') } });
    expect(end.evidence).toContain('the boot override could not be taken back (no_answer)');
  });
});

describe('graceful shutdown', () => {
  const shutDown = (script: Script, interrupted = false) => perform('shut-down', script, { interrupted });
  const thenHard = (script: Script) => perform('power-off', script, { parameters: { first: 'graceful' } });

  test('asks the operating system and looks until the PC is off', async () => {
    expect(await shutDown({ power: [2, 2, 8] })).toMatchObject({
      status: 'ok',
      code: 'done',
      requests: ['request 12'],
    });
  });
  test('off already: nothing is asked, after a crash too', async () => {
    expect(await shutDown({ power: [8] })).toMatchObject({ code: 'already_so', requests: [] });
    expect(await shutDown({ power: [8] }, true)).toMatchObject({ code: 'done', requests: [] });
  });
  test('never cuts the power off by itself', async () => {
    const end = await shutDown({ power: [2] });
    expect(end).toMatchObject({ status: 'failed', code: 'os_stayed_on', requests: ['request 12'] });
  });
  test('what the firmware does not offer is not asked for', async () => {
    const end = await shutDown({ power: [2], requestable: [8, 10, 5] });
    expect(end).toMatchObject({ status: 'failed', code: 'graceful_not_offered', requests: [] });
  });
  test('a lost answer and still on is not known', async () => {
    expect(await shutDown({ power: [2], answers: [lost] })).toMatchObject({ status: 'unknown', code: 'answer_lost' });
  });
  test.each([
    ['stays on', { power: [...Array.from({ length: 40 }, () => 2), 8] }, ['request 12', 'request 8']],
    ['is not offered it', { power: [2, 8], requestable: [8] }, ['request 8']],
    ['refuses it', { power: [2, 8], answers: [1, 0] }, ['request 12', 'request 8']],
  ])('with --then-hard a PC that %s is cut off', async (_what, script, requests) => {
    expect(await thenHard(script)).toMatchObject({ status: 'ok', code: 'done', requests });
  });
  test('with --then-hard a PC that goes is not cut off', async () => {
    expect(await thenHard({ power: [2, 8] })).toMatchObject({ status: 'ok', code: 'done', requests: ['request 12'] });
  });
});
