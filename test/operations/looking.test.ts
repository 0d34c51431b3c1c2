import { describe, expect, test } from '@jest/globals';
import { AmtError } from '../../src/ports/amt.ts';
import type { KeptAssets } from '../../src/ports/store/asset-store.ts';
import { fakeState } from './fake-device.ts';
import type { Script } from './fake-session.ts';
import { perform, type Setting } from './perform.ts';

describe('status', () => {
  const status = (script: Script) => perform('read-status', script);
  const factOf = (end: Awaited<ReturnType<typeof status>>, label: string) =>
    end.report?.facts?.find((fact) => fact.label === label)?.value;

  test('tells power, version, provisioning, link, certificate, clock and audit log in six calls', async () => {
    const state = fakeState({ settings: { powerPackage: 'desktop: on in S0, S3', linkPolicy: ['s0-ac', 'sx-ac'] } });
    const facts = { certificateExpiresAt: new Date('2027-11-24T09:00:00Z') };
    const end = await status({ power: [8], state, facts });
    expect(end).toMatchObject({
      status: 'ok',
      facts: { power: 'off', amt: '15.0.23', state: 'provisioned' },
      powerState: 8,
      amtVersion: '15.0.23',
    });
    expect(end.report?.facts).toEqual([
      { label: 'Power', value: 'off' },
      { label: 'AMT', value: '15.0.23' },
      { label: 'State', value: 'provisioned' },
      { label: 'AMT status', value: 'provisioned' },
      { label: 'Control mode', value: 'admin' },
      { label: 'TLS', value: 'TLS 1.2' },
      { label: 'Certificate', value: 'until 2027-11-24 (365 days)' },
      { label: 'Power package', value: 'desktop: on in S0, S3' },
      { label: 'Link kept up', value: 'on, AC; asleep or off, AC' },
      { label: 'Audit log', value: 'on, 10 % full' },
      { label: 'Clock', value: 'right' },
      { label: 'Host name', value: 'host42' },
    ]);
    expect(end.report?.alerts).toBeUndefined();
    expect(end.calls).toEqual(['read', 'facts', 'settings powerPackage,linkPolicy', 'audit status', 'drift']);
  });
  test('what old firmware lacks is left out, the rest is told', async () => {
    const missing = new AmtError('class_missing');
    const end = await status({ failing: { 'audit status': missing, drift: missing } });
    expect(end.status).toBe('ok');
    expect([factOf(end, 'Audit log'), factOf(end, 'Clock'), factOf(end, 'Power')]).toEqual([
      undefined,
      undefined,
      'on',
    ]);
  });
  test('a lost connection is not firmware that lacks something', async () => {
    const end = status({ failing: { 'audit status': new AmtError('no_answer') } });
    await expect(end).rejects.toMatchObject({ code: 'no_answer' });
  });
  test('what somebody should look after is said first', async () => {
    const end = await status({
      facts: { certificateExpiresAt: new Date('2026-12-03T09:00:00Z') },
      state: fakeState({ settings: { linkPolicy: ['s0-ac'] }, driftSeconds: -134, status: { almostFull: true } }),
    });
    expect(end.report?.alerts).toEqual([
      expect.stringContaining('cannot be turned on'),
      'The certificate ends in 9 days.',
      'Its clock is 2 min 14 s behind: `time sync` mends it.',
      expect.stringContaining('almost full'),
    ]);
    expect(factOf(end, 'Audit log')).toBe('on, almost full, 10 %');
  });
});

describe('events', () => {
  const events = Array.from({ length: 12 }, (_, index) => ({
    at: new Date(Date.UTC(2026, 10, 23, 12, 59 - index)),
    severity: index === 3 ? ('critical' as const) : ('information' as const),
    source: 'BIOS',
    event: `Event ${index}`,
    raw: '00',
  }));

  test('newest first, ten on the card, all in the file; critical ones are counted', async () => {
    const end = await perform('read-events', { state: fakeState({ events }) });
    expect(end.report).toMatchObject({ summary: '12 events, 1 critical' });
    expect(end.report?.table?.rows).toHaveLength(10);
    expect(end.report?.table?.rows[0]).toEqual(['2026-11-23 12:59:00 UTC', 'Event 0', 'information', 'BIOS']);
    expect(end.report?.attachment?.content.trimEnd().split('\r\n')).toHaveLength(13);
  });
  test('as many as were asked for', async () => {
    const end = await perform('read-events', { state: fakeState({ events }) }, { parameters: { last: '2' } });
    expect(end.report?.summary).toBe('2 events');
  });
});

describe('inventory', () => {
  const assets = {
    manufacturer: 'Dell Inc.',
    model: 'OptiPlex 7090',
    serialNumber: 'ABC1234',
    processors: [{ name: 'i7-10700', maxMegahertz: 4_800 }],
    memory: [
      { bank: 'DIMM 1', capacityBytes: 8 * 2 ** 30, megahertz: 2_933, manufacturer: 'Hynix' },
      { bank: 'DIMM 2', capacityBytes: 8 * 2 ** 30, megahertz: 2_933, manufacturer: 'Hynix' },
    ],
    disks: [{ name: 'NVMe', capacityBytes: 1_000_204_886_016 }],
    firmware: { AMT: '15.0.23' },
  };

  test('is told and kept', async () => {
    const kept: KeptAssets[] = [];
    const store = {
      of: async () => [],
      keep: async (each: KeptAssets) => {
        kept.push(each);
      },
    };
    const end = await perform('read-inventory', { state: fakeState({ assets }) }, { deps: { assets: store } });
    expect(end.report?.summary).toBe('Dell Inc. OptiPlex 7090, 16 GB, ABC1234');
    expect(end.report?.facts).toContainEqual({ label: 'Disks', value: 'NVMe, 1 TB' });
    expect(kept).toEqual([{ deviceId: 'dev_host42', at: new Date('2026-11-24T09:00:00Z'), assets }]);
  });
  test('a maker that stands in the model too is said once', async () => {
    const hp = { ...assets, manufacturer: 'HP', model: 'HP EliteBook 840', serialNumber: '' };
    const end = await perform('read-inventory', { state: fakeState({ assets: hp }) });
    expect(end.report?.summary).toBe('HP EliteBook 840, 16 GB');
  });
  test('a PC that tells nothing about itself', async () => {
    expect((await perform('read-inventory', {})).report).toMatchObject({ summary: 'nothing told', facts: [] });
  });
});

describe('time', () => {
  test('sets a clock that is off and says by how much it was', async () => {
    const state = fakeState({ driftSeconds: 134 });
    const end = await perform('sync-time', { state });
    expect(end).toMatchObject({ status: 'ok', code: 'done', calls: ['drift', 'synchronise', 'drift'] });
    expect(end.report?.summary).toBe('clock was 2 min 14 s ahead, is right now');
    expect(await perform('sync-time', { state })).toMatchObject({ code: 'already_so', calls: ['drift'] });
  });
  test('a clock that stays off is not called set', async () => {
    const state = fakeState();
    Object.defineProperty(state, 'driftSeconds', { get: () => 90, set: () => {} });
    expect(await perform('sync-time', { state })).toMatchObject({ status: 'failed', code: 'clock_still_off' });
  });
});

describe('alarms', () => {
  const alarm = (name: string, at = '2026-12-01T06:30:00.000Z') => ({
    name,
    at: new Date(at),
    everyMinutes: null,
    deleteAfterwards: true,
  });
  const parameters = { name: 'patch', at: '2026-12-01T06:30:00.000Z' };
  const set = (script: Script, more: Setting = {}) => perform('set-alarm', script, { parameters, ...more });

  test('sets one and reads it back', async () => {
    const state = fakeState();
    const end = await set({ state });
    expect(end).toMatchObject({ status: 'ok', code: 'done', report: { summary: 'the alarm is set' } });
    expect(state.alarms).toEqual([alarm('patch')]);
    expect(end.report?.table?.rows).toEqual([['patch', '2026-12-01 06:30 UTC', 'once']]);
  });
  test('one that repeats stays on the device afterwards', async () => {
    const state = fakeState();
    await set({ state }, { parameters: { ...parameters, every: '1440' } });
    expect(state.alarms[0]).toMatchObject({ everyMinutes: 1_440, deleteAfterwards: false });
  });
  test('a second time nothing is written; another time replaces it', async () => {
    const state = fakeState({ alarms: [alarm('patch')] });
    const again = await set({ state });
    expect(again.code).toBe('already_so');
    expect(again.calls.filter((call) => call.startsWith('alarm '))).toEqual([]);
    await set({ state }, { parameters: { ...parameters, at: '2026-12-02T06:30:00.000Z' } });
    expect(state.alarms).toEqual([alarm('patch', '2026-12-02T06:30:00.000Z')]);
  });
  test('five is all that firmware holds; replacing one of five works', async () => {
    const five = ['a', 'b', 'c', 'd', 'e'].map((name) => alarm(name));
    const full = await set({ state: fakeState({ alarms: five }) });
    expect(full).toMatchObject({ status: 'failed', code: 'alarms_full' });
    expect(full.calls).not.toContain('alarm add');
    const end = await set(
      { state: fakeState({ alarms: five }) },
      { parameters: { name: 'a', at: '2026-12-09T00:00:00Z' } },
    );
    expect(end.code).toBe('done');
  });
  test('an approval that came too late sets nothing', async () => {
    const end = await set({}, { parameters: { ...parameters, at: '2026-11-24T08:59:00.000Z' } });
    expect(end).toMatchObject({ status: 'failed', code: 'time_past' });
    expect(end.calls).not.toContain('alarm add');
  });
  test('list and clear, one or all', async () => {
    const state = fakeState({ alarms: [alarm('b'), alarm('a', '2026-11-30T00:00:00Z'), alarm('c')] });
    const listed = await perform('read-alarms', { state });
    expect(listed.report?.table?.rows.map(([name]) => name)).toEqual(['a', 'b', 'c']);
    const clear = (name: string) => perform('clear-alarm', { state }, { parameters: { name } });
    expect(await clear('b')).toMatchObject({ code: 'done', report: { summary: 'cleared: b' } });
    expect(await clear('b')).toMatchObject({ code: 'already_so', report: { summary: 'there is no such alarm' } });
    expect(await clear('all')).toMatchObject({ code: 'done', report: { summary: 'cleared: a, c' } });
    expect(state.alarms).toEqual([]);
  });
});
