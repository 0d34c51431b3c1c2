import { describe, expect, test } from '@jest/globals';
import type { AuditRecord } from '../../src/ports/amt/audit-log.ts';
import { AmtError } from '../../src/ports/amt.ts';
import { target } from '../support/fixtures.ts';
import { auditRecord, type FakeState, fakeState } from './fake-device.ts';
import type { Script } from './fake-session.ts';
import { createMemoryLogs, operationsWith, perform, type Setting } from './perform.ts';

const records = (count: number) => Array.from({ length: count }, (_, index) => auditRecord(index + 1));
const logOf = (...all: readonly AuditRecord[]) => fakeState({ records: [...all] });

/** Two operations, one after the other, on the same device and the same store. */
function siteOf(state: FakeState) {
  const deviceLogs = createMemoryLogs();
  return {
    deviceLogs,
    perform: (name: Parameters<typeof perform>[0], setting: Setting = {}, script: Script = {}) =>
      perform(name, { state, ...script }, { ...setting, deps: { deviceLogs, ...setting.deps } }),
  };
}

describe('pull and export', () => {
  test('keeps every record before it says so; the card has the newest ten, the file all', async () => {
    const { deviceLogs, perform: act } = siteOf(logOf(...records(12)));
    const end = await act('pull-audit-log');
    expect(end).toMatchObject({ status: 'ok', code: 'done', report: { summary: '12 records, 12 new' } });
    expect(end.report?.table?.rows.map(([when]) => when)).toEqual(
      Array.from({ length: 10 }, (_, index) => `2026-11-23 08:${String(12 - index).padStart(2, '0')}:00 UTC`),
    );
    expect(end.report?.attachment).toMatchObject({ name: 'host42-audit.csv', mediaType: 'text/csv' });
    expect(end.report?.attachment?.content.trimEnd().split('\r\n')).toHaveLength(13);
    expect(deviceLogs.readings).toMatchObject([{ purpose: 'pull', deviceId: 'dev_host42', records: { length: 12 } }]);
    expect(end.calls).not.toContain('lock');
  });
  test('a second pull tells what is new', async () => {
    const state = logOf(...records(2));
    const { perform: act } = siteOf(state);
    await act('pull-audit-log');
    state.records = records(5);
    expect((await act('pull-audit-log')).report?.summary).toBe('5 records, 3 new');
  });
  test('an export comes as JSON lines, one for each record, or as CSV', async () => {
    const { perform: act } = siteOf(logOf(...records(3)));
    const { report } = await act('export-audit-log');
    expect(report?.attachment?.mediaType).toBe('application/jsonl');
    const lines = report?.attachment?.content
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toHaveLength(3);
    expect(lines?.[0]).toMatchObject({ pc: 'host42', index: 1, appId: 17, raw: auditRecord(1).raw });
    const csv = await act('export-audit-log', { parameters: { format: 'csv' } });
    expect(csv.report?.attachment?.mediaType).toBe('text/csv');
  });
  test('a store that fails is not an export', async () => {
    const keep = () => Promise.reject(new Error('the store is down'));
    const deviceLogs = { ...createMemoryLogs(), keep };
    const end = perform('export-audit-log', { state: logOf(...records(1)) }, { deps: { deviceLogs } });
    await expect(end).rejects.toThrow('the store is down');
  });
  test('full, almost full and locked are said first', async () => {
    const alertsWith = async (status: FakeState['status']) =>
      (await perform('pull-audit-log', { state: fakeState({ status }) })).report?.alerts;
    expect(await alertsWith({})).toBeUndefined();
    expect(await alertsWith({ full: true, almostFull: true })).toEqual([expect.stringContaining('is full')]);
    expect(await alertsWith({ almostFull: true })).toEqual([expect.stringContaining('almost full')]);
    expect(await alertsWith({ locked: true })).toEqual([expect.stringContaining('locked')]);
  });
  test('an empty log is a log', async () => {
    const end = await perform('export-audit-log', { state: fakeState() });
    expect(end).toMatchObject({ status: 'ok', report: { summary: '0 records, 0 new' } });
  });
});

describe('clear', () => {
  test('is refused before anything was exported, without asking the device', async () => {
    const { perform: act } = siteOf(logOf(...records(2)));
    expect(await act('clear-audit-log')).toMatchObject({ status: 'failed', code: 'export_first', calls: [] });
  });
  test('a pull is no export', async () => {
    const { perform: act } = siteOf(logOf(...records(2)));
    await act('pull-audit-log');
    expect(await act('clear-audit-log')).toMatchObject({ code: 'export_first' });
  });
  test('after an export it is read again and cleared under the lock, which is given back', async () => {
    const state = logOf(...records(2));
    const { perform: act } = siteOf(state);
    await act('export-audit-log');
    const end = await act('clear-audit-log');
    expect(end).toMatchObject({ status: 'ok', code: 'done', report: { summary: 'audit log cleared of 2 records' } });
    expect(end.calls).toEqual(['lock', 'audit read', 'audit clear', 'unlock']);
    expect(state.records).toHaveLength(1);
  });
  test.each([
    ['a record more', () => records(3), 'the log has 3 records, the export 2'],
    ['as many, but another last one', () => [auditRecord(1), auditRecord(9)], 'other records than the export'],
    ['the same but for one in the middle', () => [auditRecord(8), auditRecord(2)], 'other records than the export'],
  ])('is refused when the log has %s since the export; the lock is given back', async (_what, now, why) => {
    const state = logOf(...records(2));
    const { perform: act } = siteOf(state);
    await act('export-audit-log');
    state.records = now();
    const end = await act('clear-audit-log');
    expect(end).toMatchObject({ status: 'failed', code: 'export_first' });
    expect(end.evidence[0]).toContain(why);
    expect(end.calls).toEqual(['lock', 'audit read', 'unlock']);
  });
  test('the export of another device does not count', async () => {
    const { deviceLogs, perform: act } = siteOf(logOf(...records(1)));
    await act('export-audit-log');
    deviceLogs.readings.splice(0, 1, ...deviceLogs.readings.map((each) => ({ ...each, deviceId: 'dev_other' })));
    expect(await act('clear-audit-log')).toMatchObject({ code: 'export_first' });
  });
  test('the lock is given back when reading or clearing fails', async () => {
    const { perform: act } = siteOf(logOf(...records(1)));
    await act('export-audit-log');
    for (const call of ['audit read', 'audit clear']) {
      const calls: string[] = [];
      const failing = { [call]: new AmtError('not_permitted') };
      await expect(act('clear-audit-log', {}, { failing, calls })).rejects.toMatchObject({ code: 'not_permitted' });
      expect(calls.at(-1)).toBe('unlock');
    }
  });
  test('after a crash that came after the clearing, the device tells that it is done; nothing is cleared twice', async () => {
    const state = logOf(...records(3));
    const { perform: act } = siteOf(state);
    await act('export-audit-log');
    await act('clear-audit-log');
    const end = await act('clear-audit-log', { interrupted: true });
    expect(end).toMatchObject({ status: 'ok', code: 'done' });
    expect(end.calls).not.toContain('audit clear');
  });
  test('after a crash, a clearing that was exported itself is not taken for ours', async () => {
    const clearing = auditRecord(1, { appId: 20, eventId: 0 });
    const state = logOf(clearing, auditRecord(2));
    const { perform: act } = siteOf(state);
    await act('export-audit-log');
    state.records = [clearing, auditRecord(2), auditRecord(3)];
    expect(await act('clear-audit-log', { interrupted: true })).toMatchObject({ code: 'export_first' });
  });
  test('after a crash before it, the export still holds, so it is cleared', async () => {
    const { perform: act } = siteOf(logOf(...records(3)));
    await act('export-audit-log');
    expect((await act('clear-audit-log', { interrupted: true })).calls).toContain('audit clear');
  });
  test('not even asked for on PCs that were never exported, which are named', async () => {
    const { deviceLogs, perform: act } = siteOf(logOf());
    const { 'clear-audit-log': clear } = operationsWith({ deviceLogs });
    const foreseen = await clear.refusal?.(['a', 'b', 'c', 'd'].map((name) => target(name)));
    expect(foreseen).toEqual({ code: 'export_first', details: ['The log of a, b, c and 1 more was never exported'] });
    await act('export-audit-log');
    expect(await clear.refusal?.([target('host42')])).toBeNull();
  });
});

describe('enable and disable', () => {
  test.each([
    ['enable-audit-log', false],
    ['disable-audit-log', true],
  ] as const)('%s switches it, reads back, and a second time does nothing', async (name, enabled) => {
    const state = fakeState({ status: { enabled } });
    const first = await perform(name, { state });
    expect(first).toMatchObject({ status: 'ok', code: 'done' });
    expect(first.calls).toEqual(['audit status', `audit ${name.slice(0, name.indexOf('-'))}`, 'audit status']);
    expect(await perform(name, { state })).toMatchObject({ code: 'already_so', calls: ['audit status'] });
    expect(await perform(name, { state }, { interrupted: true })).toMatchObject({
      code: 'done',
      calls: ['audit status'],
    });
  });
});

describe('policy', () => {
  const parameters = { groups: 'security-admin,kvm' };

  test('has the groups logged, of each the events that this firmware knows', async () => {
    const state = fakeState();
    const end = await perform('set-audit-policy', { state }, { parameters });
    expect(end).toMatchObject({
      status: 'ok',
      code: 'done',
      report: { summary: 'security-admin logged and kvm logged' },
    });
    expect(state.policy.filter(({ appId }) => appId === 16).map(({ eventId }) => eventId)).toEqual([
      ...Array(20).keys(),
    ]);
    expect(state.policy.every(({ critical }) => !critical)).toBe(true);
  });
  test('a second time nothing is written; critical is something else', async () => {
    const state = fakeState();
    await perform('set-audit-policy', { state }, { parameters });
    const again = await perform('set-audit-policy', { state }, { parameters });
    expect(again).toMatchObject({ code: 'already_so', calls: ['audit policy'] });
    const critical = await perform('set-audit-policy', { state }, { parameters: { ...parameters, critical: 'yes' } });
    expect(critical).toMatchObject({ code: 'done' });
    // What Intel's guide lets nobody make critical stays as it is, and does not make the firmware refuse the others.
    expect(state.policy.filter((entry) => !entry.critical).map(({ appId, eventId }) => [appId, eventId])).toEqual([
      [16, 0],
      [16, 1],
    ]);
  });
  test('one group that the firmware refuses does not keep the others from being set', async () => {
    const failing = { 'audit set policy': new AmtError('firmware_fault') };
    const end = await perform('set-audit-policy', { state: fakeState(), failing }, { parameters });
    expect(end).toMatchObject({ status: 'failed', code: 'not_as_written' });
    expect(end.calls.filter((call) => call === 'audit set policy')).toHaveLength(2);
    expect(end.report?.table?.rows).toEqual([
      ['security-admin', 'not set: firmware_fault'],
      ['kvm', 'not set: firmware_fault'],
    ]);
  });
  test('a lost connection is no refusal of one group', async () => {
    const failing = { 'audit set policy': new AmtError('no_answer', [], { mayHaveActed: true }) };
    const end = perform('set-audit-policy', { state: fakeState(), failing }, { parameters });
    await expect(end).rejects.toMatchObject({ code: 'no_answer' });
  });
  test('what a full log does is set and read back; a second time nothing is written', async () => {
    const state = fakeState({ status: { storagePolicy: 'roll-over' } });
    const set = () => perform('set-audit-policy', { state }, { parameters: { storage: 'no-roll-over' } });
    expect(await set()).toMatchObject({ code: 'done', report: { summary: 'storage no-roll-over' } });
    expect(await set()).toMatchObject({ code: 'already_so', calls: ['audit status'] });
  });
  test('shows all groups, and changes nothing', async () => {
    const state = fakeState({ policy: [{ appId: 19, eventId: 0, critical: true }] });
    const end = await perform('read-audit-policy', { state });
    expect(end.report?.table?.rows).toContainEqual(['firmware-update', '1 event logged, 1 critical']);
    expect(end.report?.table?.rows).toContainEqual(['kvm', 'not logged']);
    expect(end.calls).toEqual(['audit policy']);
  });
});
