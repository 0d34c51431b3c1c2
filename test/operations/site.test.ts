import { describe, expect, test } from '@jest/globals';
import type { AmtAccount } from '../../src/ports/amt/accounts.ts';
import { AmtError } from '../../src/ports/amt.ts';
import type { Profile } from '../../src/profiles/profile.ts';
import { type FakeState, fakeState } from './fake-device.ts';
import type { Script } from './fake-session.ts';
import { perform, type Setting } from './perform.ts';

const profile = (over: Partial<Profile>): Profile => ({
  id: 'madrid',
  appliesTo: ['site:madrid'],
  settings: {},
  accounts: [],
  auditGroups: [],
  auditCredential: null,
  networkAccess: null,
  ...over,
});
const withProfile = (over: Partial<Profile>, more: Setting = {}): Setting => ({
  ...more,
  deps: {
    profiles: () => [profile(over)],
    credentials: async (name) =>
      ({ lab: { user: 'admin', password: 'Admin-1!' }, helpdesk: { user: 'helpdesk', password: 'Help-desk-1!' } })[
        name
      ] ?? null,
    ...more.deps,
  },
});
const writes = (calls: readonly string[]) => calls.filter((call) => call.startsWith('write'));

describe('settings', () => {
  const settings = { pingResponse: true, idleWakeTimeoutMinutes: 5, linkPolicy: ['sx-ac', 's0-ac'] } as const;
  const drifted = (): FakeState =>
    fakeState({ settings: { pingResponse: false, idleWakeTimeoutMinutes: 5, linkPolicy: ['s0-ac'], kvm: true } });

  test('show changes nothing', async () => {
    const end = await perform('read-settings', { state: drifted() });
    expect(end).toMatchObject({ code: 'done', report: { summary: '4 settings' }, calls: ['settings'] });
    expect(end.report?.facts).toContainEqual({ label: 'Idle time-out', value: '5 minutes' });
  });
  test('diff names each drift: what the PC has and should have; it reads no more than the profile names', async () => {
    const end = await perform('diff-settings', { state: drifted() }, withProfile({ settings }));
    expect(end).toMatchObject({ status: 'ok', code: 'drifted', report: { summary: '2 settings differ' } });
    expect(end.report?.table).toEqual({
      columns: ['Setting', 'Has', 'Should be'],
      rows: [
        ['Answers ping', 'off', 'on'],
        ['Link kept up', 'on, AC', 'on, AC; asleep or off, AC'],
      ],
    });
    expect(end.report?.attachment?.content).toBe(
      'setting,has,should_be\r\nAnswers ping,off,on\r\nLink kept up,"on, AC","on, AC; asleep or off, AC"\r\n',
    );
    expect(end.calls).toEqual(['settings pingResponse,idleWakeTimeoutMinutes,linkPolicy']);
  });
  test('a PC that no profile is for is said to be so', async () => {
    for (const name of ['diff-settings', 'apply-settings', 'apply-accounts', 'prune-accounts'] as const)
      expect(await perform(name, {}, withProfile({ appliesTo: ['site:lyon'] }))).toMatchObject({
        status: 'failed',
        code: 'no_profile',
        calls: [],
      });
  });
  test('apply writes field by field what differs, nothing else, and reads it back', async () => {
    const state = drifted();
    const end = await perform('apply-settings', { state }, withProfile({ settings }));
    expect(end).toMatchObject({ status: 'ok', code: 'done', report: { summary: '2 settings changed' } });
    expect(writes(end.calls)).toEqual(['write pingResponse', 'write linkPolicy']);
    expect(end.report?.table?.rows).toEqual([
      ['Answers ping', 'off', 'on', 'changed'],
      ['Link kept up', 'on, AC', 'on, AC; asleep or off, AC', 'changed'],
    ]);
    expect(state.settings).toEqual({ ...settings, kvm: true });
    expect(end.calls.at(-1)).toMatch(/^settings /);
  });
  test('a second apply changes nothing, and the diff is empty', async () => {
    const state = drifted();
    await perform('apply-settings', { state }, withProfile({ settings }));
    const again = await perform('apply-settings', { state }, withProfile({ settings }));
    expect(again).toMatchObject({ status: 'ok', code: 'already_so' });
    expect(writes(again.calls)).toEqual([]);
    const diff = await perform('diff-settings', { state }, withProfile({ settings }));
    expect(diff).toMatchObject({ code: 'as_profiled', report: { summary: 'as its profile says' } });
    expect(diff.report?.table).toBeUndefined();
  });
  test('after a crash it reads what is left to do and does that', async () => {
    const state = drifted();
    state.settings = { ...state.settings, pingResponse: true };
    const end = await perform('apply-settings', { state }, withProfile({ settings }, { interrupted: true }));
    expect(writes(end.calls)).toEqual(['write linkPolicy']);
    const done = await perform('apply-settings', { state }, withProfile({ settings }, { interrupted: true }));
    expect(done).toMatchObject({ code: 'done' });
  });
  test('what one firmware lacks or refuses does not keep the rest from being set', async () => {
    const state = fakeState({ settings: { pingResponse: false, kvm: false } });
    const failing = { 'write kvm': new AmtError('firmware_fault') };
    const all = { pingResponse: true, kvm: true, webUi: true };
    const end = await perform('apply-settings', { state, failing }, withProfile({ settings: all }));
    expect(end).toMatchObject({ status: 'failed', code: 'settings_differ' });
    expect(end.report?.table?.rows).toEqual([
      ['Answers ping', 'off', 'on', 'changed'],
      ['KVM', 'off', 'on', 'firmware_fault'],
      ['Web UI', 'not in this firmware', 'on', 'cannot be set'],
    ]);
    expect(writes(end.calls)).toEqual(['write pingResponse', 'write kvm']);
  });
  test('what was written and reads back otherwise is not believed', async () => {
    const state = fakeState({ settings: { kvm: false } });
    Object.defineProperty(state, 'settings', { get: () => ({ kvm: false }), set: () => {} });
    const end = await perform('apply-settings', { state }, withProfile({ settings: { kvm: true } }));
    expect(end).toMatchObject({ status: 'failed', code: 'settings_differ' });
    expect(end.report?.table?.rows).toEqual([['KVM', 'off', 'on', 'still off']]);
  });
  test('a connection that is lost in the middle is not a refusal of one setting', async () => {
    const failing = { 'write pingResponse': new AmtError('connection_dropped', [], { mayHaveActed: true }) };
    const end = perform('apply-settings', { state: drifted(), failing }, withProfile({ settings }));
    await expect(end).rejects.toMatchObject({ code: 'connection_dropped' });
  });
  test('an audit policy that only the auditor may read is said to be so, and not taken for old firmware', async () => {
    const setting = withProfile({ auditGroups: ['kvm'] });
    const rowsWith = async (code: 'not_permitted' | 'class_missing') =>
      (await perform('diff-settings', { failing: { 'audit policy': new AmtError(code) } }, setting)).report?.table
        ?.rows;
    expect(await rowsWith('not_permitted')).toEqual([['Audit log of kvm', 'not readable (not_permitted)', 'logged']]);
    expect(await rowsWith('class_missing')).toEqual([['Audit log of kvm', 'not in this firmware', 'logged']]);
  });
  test('groups of audited events are part of the profile', async () => {
    const state = fakeState();
    const auditGroups = ['kvm', 'firmware-update'] as const;
    const diff = await perform('diff-settings', { state }, withProfile({ auditGroups }));
    expect(diff.report?.table?.rows).toEqual([
      ['Audit log of kvm', 'not logged', 'logged'],
      ['Audit log of firmware-update', 'not logged', 'logged'],
    ]);
    expect(await perform('apply-settings', { state }, withProfile({ auditGroups }))).toMatchObject({ code: 'done' });
    expect(state.policy).toHaveLength(7);
    expect(await perform('diff-settings', { state }, withProfile({ auditGroups }))).toMatchObject({
      code: 'as_profiled',
    });
  });
});

describe('accounts', () => {
  const helpdesk = { kind: 'digest', credential: 'helpdesk', user: 'helpdesk' } as const;
  const accounts = [{ who: helpdesk, access: 'network', realms: ['remote-control', 'general-information'] }] as const;
  const account = (handle: number, user: string, over: Partial<AmtAccount> = {}): AmtAccount => ({
    handle,
    who: { kind: 'digest', user },
    access: 'network',
    realms: ['general-information', 'remote-control'],
    enabled: true,
    ...over,
  });
  const apply = (script: Script, more: Setting = {}) =>
    perform('apply-accounts', script, withProfile({ accounts }, more));
  const prune = (script: Script) => perform('prune-accounts', script, withProfile({ accounts }));

  test('list shows who, from where, what, and who is disabled', async () => {
    const state = fakeState({ accounts: [account(1, 'old', { enabled: false, access: 'any', realms: ['realm 22'] })] });
    const { report } = await perform('read-accounts', { state });
    expect(report?.table?.rows).toEqual([['old', 'anywhere, disabled', 'realm 22']]);
  });
  test('apply adds what is missing, with the password of the credential', async () => {
    const state = fakeState();
    const end = await apply({ state });
    expect(end).toMatchObject({ status: 'ok', code: 'done', calls: ['accounts', 'add helpdesk', 'accounts'] });
    expect(state.accounts[0]).toMatchObject({ who: { user: 'helpdesk', password: 'Help-desk-1!' } });
    expect(JSON.stringify(end)).not.toContain('Help-desk-1!');
  });
  test('a second apply changes nothing, whatever the order of realms', async () => {
    const end = await apply({ state: fakeState({ accounts: [account(1, 'helpdesk')] }) });
    expect(end).toMatchObject({ code: 'already_so', calls: ['accounts'] });
  });
  test('apply changes realms and access, and enables', async () => {
    const state = fakeState({ accounts: [account(4, 'helpdesk', { realms: ['redirection'], enabled: false })] });
    const end = await apply({ state });
    expect(end.calls).toEqual(['accounts', 'update 4', 'enable 4', 'accounts']);
    expect(end.report?.table?.rows).toEqual([
      ['helpdesk', 'changed'],
      ['helpdesk', 'enabled'],
    ]);
  });
  test('an account that no profile names is left alone, and said', async () => {
    const state = fakeState({ accounts: [account(1, 'helpdesk'), account(2, 'somebody')] });
    const end = await apply({ state });
    expect(end).toMatchObject({ code: 'already_so', calls: ['accounts'] });
    expect(end.report?.facts).toEqual([{ label: 'Left alone', value: 'somebody' }]);
  });
  test('prune removes it, but never the account that we speak with', async () => {
    const state = fakeState({ accounts: [account(1, 'helpdesk'), account(2, 'somebody'), account(3, 'admin')] });
    const end = await prune({ state });
    expect(end.calls).toEqual(['accounts', 'remove 2', 'accounts']);
    expect(state.accounts.map(({ handle }) => handle)).toEqual([1, 3]);
    expect(end.report?.facts).toEqual([{ label: 'Left alone', value: 'admin' }]);
  });
  test('passwords are written again only when asked', async () => {
    const state = fakeState({ accounts: [account(1, 'helpdesk')] });
    const end = await apply({ state }, { parameters: { passwords: 'yes' } });
    expect(end).toMatchObject({ code: 'done', calls: ['accounts', 'update 1', 'accounts'] });
  });
  test('a credential that is not configured: nothing is done at all', async () => {
    const without = async (name: string) => (name === 'lab' ? { user: 'admin', password: 'x' } : null);
    const broken = (name: string) => (name === 'lab' ? without(name) : Promise.reject(new Error('no file /run/x')));
    for (const credentials of [without, broken])
      expect(await apply({ state: fakeState() }, { deps: { credentials } })).toMatchObject({
        status: 'failed',
        code: 'credential_missing',
        calls: ['accounts'],
      });
    const end = await apply({ state: fakeState() }, { deps: { credentials: without } });
    expect(end.evidence).toEqual(['the profile names the credential helpdesk']);
  });
  test('what the firmware refuses is named; the rest is done', async () => {
    const state = fakeState({ accounts: [account(2, 'somebody')] });
    const end = await prune({ state, failing: { 'add helpdesk': new AmtError('firmware_fault') } });
    expect(end).toMatchObject({ status: 'failed', code: 'not_as_written' });
    expect(end.report?.table?.rows).toEqual([
      ['helpdesk', 'not added: firmware_fault'],
      ['somebody', 'removed'],
    ]);
  });
  test('people of Active Directory are told by their SID and need no password', async () => {
    const sid = 'S-1-5-21-1-2-3-512';
    const krb = [{ who: { kind: 'kerberos', sid }, access: 'any', realms: ['pt-administration'] }] as const;
    const state = fakeState();
    expect(await perform('apply-accounts', { state }, withProfile({ accounts: krb }))).toMatchObject({ code: 'done' });
    expect(state.accounts).toMatchObject([{ who: { kind: 'kerberos', sid } }]);
    expect(await perform('apply-accounts', { state }, withProfile({ accounts: krb }))).toMatchObject({
      code: 'already_so',
    });
  });
});
