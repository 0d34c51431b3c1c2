/** Configuring, verifying and recording a PC that is reached with its own account. */
import { describe, expect, test } from '@jest/globals';
import { AmtError } from '../../../src/ports/amt.ts';
import { configureSteps } from '../../../src/provisioning/machine/configure-steps.ts';
import type { SetupAccess } from '../../../src/provisioning/machine/setup-step.ts';
import { verifySteps } from '../../../src/provisioning/machine/verify-steps.ts';
import { fakeState } from '../../operations/fake-device.ts';
import { scriptedSession } from '../../operations/fake-session.ts';
import { device as anyDevice } from '../../support/fixtures.ts';
import { performStep } from './perform-step.ts';

const uuid = '5a3b0c1d-2e4f-4a6b-8c7d-9e0f1a2b3c4d';
const device = { ...anyDevice, uuid, fqdn: 'pc7.corp.example' };
const state = (systemUuid = uuid) => {
  const fake = fakeState();
  return { ...fake, assets: { ...fake.assets, systemUuid } };
};
const refusesFactory: SetupAccess['as'] = () => Promise.reject(new AmtError('wrong_credentials'));
const [verify, record] = verifySteps;
const settings = configureSteps.find(({ name }) => name === 'settings');

describe('settings', () => {
  test('the PC gets its own name, and what is so already is left', async () => {
    const script = { state: state() };
    const first = await performStep(settings, { device, script });
    expect(script.state.settings).toMatchObject({ hostName: 'pc7', domainName: 'corp.example' });
    const again = await performStep(settings, { device, script });
    expect(again.calls.length).toBeLessThan(first.calls.length);
  });

  test('what the profile could not do stops it, with what and why', async () => {
    const applyProfile = async () => [
      { code: 'done', evidence: [] },
      { code: 'settings_differ', evidence: ['KVM: class_missing'] },
    ];
    const { end } = await performStep(settings, { device, blocks: { hasProfile: () => true, applyProfile } });
    expect(end).toMatchObject({ code: 'provisioning_profile_not_applied', evidence: ['KVM: class_missing'] });
  });

  test('accounts come last: a PC that has an auditor takes no audit policy from its administrator', () => {
    expect(configureSteps.map(({ name }) => name)).toEqual(['settings', 'audit-policy', 'network-access', 'accounts']);
  });
});

describe('verify', () => {
  test('a PC that is as it should be: what it says is kept', async () => {
    const { end } = await performStep(verify, { device, as: refusesFactory, script: { state: state() } });
    expect(end).toEqual({ amtVersion: '15.0.23', tlsVersion: 'TLSv1.2', controlMode: 'admin', power: '2' });
  });

  test('every check that fails is named', async () => {
    const other = '00000000-1111-4222-8333-444444444444';
    const script = { state: state(other), facts: { provisioningState: 'in', controlMode: 'client' } as const };
    const session = scriptedSession(script);
    const setup = { ...session.provisioning.setup, read: () => Promise.reject(new AmtError('not_provisioned')) };
    const letsIn: SetupAccess['as'] = (_account, _facts, work) =>
      work({ ...session, provisioning: { ...session.provisioning, setup } });
    expect((await performStep(verify, { device, as: letsIn, script })).end).toMatchObject({ code: 'not_provisioned' });
    const { end } = await performStep(verify, { device, as: refusesFactory, script });
    expect(end).toMatchObject({
      code: 'provisioning_not_verified',
      evidence: ['it says that it is not provisioned (in)', 'it is in client control mode', `its UUID is ${other}`],
    });
  });

  test('a PC that lets the factory in is not verified', async () => {
    const session = scriptedSession({ state: state() });
    const read = async () =>
      ({ provisioningState: 'post', zeroTouch: null, dhcpDnsSuffix: null, trustedDnsSuffix: null }) as const;
    const letsIn: SetupAccess['as'] = (_account, _facts, work) =>
      work({ ...session, provisioning: { ...session.provisioning, setup: { ...session.provisioning.setup, read } } });
    const { end } = await performStep(verify, { device, as: letsIn, script: { state: state() } });
    expect(end).toMatchObject({ evidence: ['it still lets the account of the factory in'] });
  });

  test('whether the factory is let in is asked with its own password, whatever let us in before', async () => {
    const asked: unknown[] = [];
    const as: SetupAccess['as'] = (account, facts) => {
      asked.push([account, facts]);
      return Promise.reject(new AmtError('wrong_credentials'));
    };
    const facts = { chain: 'corp', factoryAccount: 'mebx' };
    await performStep(verify, { device, as, facts, script: { state: state() } });
    expect(asked).toEqual([['factory', { chain: 'corp' }]]);
  });

  test('a PC that does not answer is no proof', async () => {
    const as: SetupAccess['as'] = () => Promise.reject(new AmtError('unreachable'));
    const { end } = await performStep(verify, { device, as, script: { state: state() } });
    expect(end).toMatchObject({ code: 'unreachable' });
  });
});

test('record: the AMT status is provisioned, with the end of its certificate', async () => {
  const facts = { controlMode: 'admin', certificateUntil: '2027-11-24T00:00:00.000Z' };
  const { kept, standings } = await performStep(record, { device, facts });
  expect(kept).toMatchObject([{ deviceId: device.id, status: 'provisioned', subState: null }]);
  expect(standings).toMatchObject([
    { provisioningState: 'post', controlMode: 'admin', certificateExpiresAt: new Date('2027-11-24T00:00:00Z') },
  ]);
});
