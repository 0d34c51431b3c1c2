import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { errorOf } from '../conversation.ts';
import { Fault, fieldsOf, instance, output, type Reply, type Stub, startStub } from './stub.ts';

const open: Stub[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function stub(replies: Record<string, Reply>, version = '15.0.23'): Promise<Stub> {
  const made = await startStub(replies, { host: '127.22.9.5', version });
  open.push(made);
  return made;
}

const on = (method: string) => `${method} AMT_SetupAndConfigurationService`;
const state = (ProvisioningState: number) =>
  instance('AMT_SetupAndConfigurationService', {
    CreationClassName: 'AMT_SetupAndConfigurationService',
    PasswordModel: 1,
    ProvisioningMode: 1,
    ProvisioningServerOTP: Buffer.alloc(32).toString('base64'),
    ProvisioningState,
    ZeroTouchConfigurationEnabled: true,
    DhcpDNSSuffix: 'corp.example.com',
    TrustedDNSSuffix: '',
  });
const realm = 'Digest:727734D63A1FC0423736E48DA554E462';
const general = instance('AMT_GeneralSettings', { DigestRealm: realm });
const strong = 'P@ssw0rd';

describe('set-up', () => {
  test('where the device stands', async () => {
    const { run } = await stub({ [on('Get')]: state(1) });
    expect(await run((session) => session.provisioning.setup.read())).toEqual({
      provisioningState: 'in',
      zeroTouch: true,
      dhcpDnsSuffix: 'corp.example.com',
      trustedDnsSuffix: null,
    });
  });

  test('the system’s UUID, in SMBIOS order', async () => {
    const UUID = Buffer.from('55E3AE13BFD261BB17A088AEDD7037EA', 'hex').toString('base64');
    const { run } = await stub({ [on('GetUuid')]: output('GetUuid', { UUID }) });
    expect(await run((session) => session.provisioning.setup.uuid())).toBe('13aee355-d2bf-bb61-17a0-88aedd7037ea');
  });

  test.each([
    ['no base64', 'baduuid'],
    ['no UUID', Buffer.alloc(16, 0xff).toString('base64')],
  ])('%s is no UUID', async (_name, UUID) => {
    const { run } = await stub({ [on('GetUuid')]: output('GetUuid', { UUID }) });
    expect(await run((session) => session.provisioning.setup.uuid())).toBeNull();
  });

  test('commit', async () => {
    const device = await stub({ [on('CommitChanges')]: output('CommitChanges') });
    await device.run((session) => session.provisioning.setup.commit());
    expect(device.asked).toEqual([on('CommitChanges')]);
  });

  test('commit without the MEBx password says that data are missing', async () => {
    const { run } = await stub({ [on('CommitChanges')]: output('CommitChanges', {}, 2_057) });
    const error = await errorOf(run((session) => session.provisioning.setup.commit()));
    expect(error.evidence).toEqual([
      'CommitChanges of AMT_SetupAndConfigurationService was refused: PT_STATUS 2057 DATA_MISSING',
      'That means: data that must be set before are missing',
    ]);
  });

  test.each([
    [2, 'resolves'],
    [1, 'rejects'],
  ])('a commit whose answer can not be read, and the device then in state %i: %s', async (after, end) => {
    const device = await stub({
      [on('CommitChanges')]: '<g:CommitChanges_OUTPUT></g:CommitChanges_OUTPUT>',
      [on('Get')]: state(after),
    });
    const committed = device.run((session) => session.provisioning.setup.commit());
    if (end === 'resolves') await committed;
    else expect(await errorOf(committed)).toMatchObject({ mayHaveActed: true });
    expect(device.asked).toEqual([on('CommitChanges'), on('Get')]);
  });

  test('a device that is away after the commit is asked again', async () => {
    let asked = 0;
    const device = await stub({
      [on('CommitChanges')]: '<g:CommitChanges_OUTPUT></g:CommitChanges_OUTPUT>',
      [on('Get')]: () => {
        asked += 1;
        return asked < 3 ? new Fault('InternalError') : state(2);
      },
    });
    await device.run((session) => session.provisioning.setup.commit());
    expect(asked).toBe(3);
  });

  test('MEBx password', async () => {
    const device = await stub({ [on('SetMEBxPassword')]: output('SetMEBxPassword') });
    await device.run((session) => session.provisioning.setup.setMebxPassword(`${strong}<&>`));
    expect(device.bodies(on('SetMEBxPassword')).map(fieldsOf)).toEqual([{ Password: `${strong}<&>` }]);
  });

  test.each([
    'short1!',
    'nouppercase1!',
    'NOLOWERCASE1!',
    'NoDigitHere!',
    'NoSpecial1',
    'Ümlaut123!',
    `${'aA1!'.repeat(9)}`,
  ])('the weak password %j is not sent, and not told', async (password) => {
    const device = await stub({});
    const error = await errorOf(device.run((session) => session.provisioning.setup.setMebxPassword(password)));
    expect(device.asked).toEqual([]);
    expect(JSON.stringify([error.message, error.evidence])).not.toContain(password);
  });

  test('the administrator', async () => {
    const acl = 'AMT_AuthorizationService';
    const device = await stub({
      'Get AMT_GeneralSettings': general,
      [`GetAdminAclEntry ${acl}`]: output('GetAdminAclEntry', { Username: 'admin' }),
      [`GetAdminNetAclEntryStatus ${acl}`]: output('GetAdminNetAclEntryStatus', { IsDefault: true }),
      [`SetAdminAclEntryEx ${acl}`]: output('SetAdminAclEntryEx'),
    });
    await device.run(async (session) => {
      expect(await session.provisioning.setup.administrator()).toEqual({ user: 'admin', hasFactoryPassword: true });
      await session.provisioning.setup.setAdministrator('admin', strong);
    });
    expect(device.bodies(`SetAdminAclEntryEx ${acl}`).map(fieldsOf)).toEqual([
      { Username: 'admin', DigestPassword: createHash('md5').update(`admin:${realm}:${strong}`).digest('base64') },
    ]);
  });

  test('unprovision, whole and in part', async () => {
    const device = await stub({
      [on('Unprovision')]: output('Unprovision'),
      [on('PartialUnprovision')]: output('PartialUnprovision'),
    });
    await device.run(async (session) => {
      await session.provisioning.setup.unprovision();
      await session.provisioning.setup.unprovisionPartly();
    });
    expect(device.bodies(on('Unprovision')).map(fieldsOf)).toEqual([{ ProvisioningMode: '1' }]);
    expect(device.bodies(on('PartialUnprovision')).map(fieldsOf)).toEqual([{}]);
  });

  test('unprovision that something blocks names it', async () => {
    const { run } = await stub({
      [on('Unprovision')]: output('Unprovision', {}, 2_076),
      [on('GetUnprovisionBlockingComponents')]: output('GetUnprovisionBlockingComponents', { Component: [1, 9] }),
    });
    const error = await errorOf(run((session) => session.provisioning.setup.unprovision()));
    expect(error.evidence.slice(-2)).toEqual([
      'Blocked by the audit log (an auditor has locked unprovisioning)',
      'Blocked by component 9',
    ]);
  });

  test('unprovision that something blocks, on a firmware that does not say what', async () => {
    const { run } = await stub({ [on('PartialUnprovision')]: output('PartialUnprovision', {}, 2_076) });
    const error = await errorOf(run((session) => session.provisioning.setup.unprovisionPartly()));
    expect(error.evidence).toHaveLength(2);
  });

  test('more time for set-up: 1 to 24 hours', async () => {
    const device = await stub({ [on('ExtendProvisioningPeriod')]: output('ExtendProvisioningPeriod') });
    await device.run((session) => session.provisioning.setup.extendProvisioningPeriod(24));
    await errorOf(device.run((session) => session.provisioning.setup.extendProvisioningPeriod(25)));
    expect(device.bodies(on('ExtendProvisioningPeriod')).map(fieldsOf)).toEqual([{ Duration: '24' }]);
  });
});

describe('host-based set-up', () => {
  const host = (method: string) => `${method} IPS_HostBasedSetupService`;
  const nonce = Buffer.alloc(20, 7);
  const service = (CurrentControlMode: number) =>
    instance('IPS_HostBasedSetupService', {
      AllowedControlModes: [2, 1],
      CertChainStatus: 1,
      ConfigurationNonce: nonce.toString('base64'),
      CurrentControlMode,
    });
  const proof = { nonce: Buffer.alloc(20, 9), signature: Buffer.from('signature') };
  const hexPassword = createHash('md5').update(`admin:${realm}:${strong}`).digest('hex').toUpperCase();

  test('where the device stands', async () => {
    const { run } = await stub({ [host('Get')]: service(1) });
    const found = await run((session) => session.provisioning.hostSetup.read());
    expect({ ...found, nonce: Buffer.from(found.nonce) }).toEqual({
      mode: 'client',
      allowed: ['admin', 'client'],
      nonce,
      chain: 'in-progress',
    });
  });

  test('AMT 6.1 has none: known without asking it', async () => {
    const device = await stub({}, '6.1.20');
    const error = await errorOf(device.run((session) => session.provisioning.hostSetup.read()));
    expect(error.evidence).toEqual(['AMT 6.1.20 has no host-based set-up (since 6.2)']);
    expect(device.asked).toEqual([]);
  });

  test('client mode: the password as hex of its digest', async () => {
    const device = await stub({ 'Get AMT_GeneralSettings': general, [host('Setup')]: output('Setup') });
    await device.run((session) => session.provisioning.hostSetup.setUpClient(strong));
    expect(device.bodies(host('Setup')).map(fieldsOf)).toEqual([
      { NetAdminPassEncryptionType: '2', NetworkAdminPassword: hexPassword },
    ]);
  });

  test('the chain: leaf first, root last', async () => {
    const device = await stub({ [host('AddNextCertInChain')]: output('AddNextCertInChain') });
    const chain = ['leaf', 'middle', 'root'].map((one) => Buffer.from(one));
    await device.run((session) => session.provisioning.hostSetup.addChain(chain));
    expect(device.bodies(host('AddNextCertInChain')).map(fieldsOf)).toEqual([
      { NextCertificate: 'bGVhZg==', IsLeafCertificate: 'true', IsRootCertificate: 'false' },
      { NextCertificate: 'bWlkZGxl', IsLeafCertificate: 'false', IsRootCertificate: 'false' },
      { NextCertificate: 'cm9vdA==', IsLeafCertificate: 'false', IsRootCertificate: 'true' },
    ]);
  });

  test('a chain that the device does not believe', async () => {
    const { run } = await stub({ [host('AddNextCertInChain')]: output('AddNextCertInChain', {}, 4) });
    const chain = [Buffer.from('leaf'), Buffer.from('root')];
    const error = await errorOf(run((session) => session.provisioning.hostSetup.addChain(chain)));
    expect(error.evidence[0]).toContain('4 CERT_VERIFY_FAILED');
  });

  test('admin mode: signed, once', async () => {
    const device = await stub({ 'Get AMT_GeneralSettings': general, [host('AdminSetup')]: output('AdminSetup') });
    await device.run((session) => session.provisioning.hostSetup.setUpAdmin(strong, proof));
    expect(device.bodies(host('AdminSetup')).map(fieldsOf)).toEqual([
      {
        NetAdminPassEncryptionType: '2',
        NetworkAdminPassword: hexPassword,
        McNonce: proof.nonce.toString('base64'),
        SigningAlgorithm: '2',
        DigitalSignature: proof.signature.toString('base64'),
      },
    ]);
  });

  test('admin mode whose answer is lost is asked for, never sent again (device-management-toolkit/rps issue 2752)', async () => {
    const device = await stub({
      'Get AMT_GeneralSettings': general,
      [host('AdminSetup')]: '<g:AdminSetup_OUTPUT></g:AdminSetup_OUTPUT>',
      [host('Get')]: service(2),
    });
    await device.run((session) => session.provisioning.hostSetup.setUpAdmin(strong, proof));
    expect(device.asked.filter((one) => one === host('AdminSetup'))).toHaveLength(1);
  });

  test('an upgrade that did not happen is told as what was lost', async () => {
    const device = await stub({
      [host('UpgradeClientToAdmin')]: '<g:UpgradeClientToAdmin_OUTPUT></g:UpgradeClientToAdmin_OUTPUT>',
      [host('Get')]: service(1),
    });
    const error = await errorOf(device.run((session) => session.provisioning.hostSetup.upgradeToAdmin(proof)));
    expect(error).toMatchObject({ code: 'protocol_error', mayHaveActed: true });
    expect(device.asked).toEqual([host('UpgradeClientToAdmin'), host('Get')]);
  });

  test('a nonce of another length is not sent', async () => {
    const device = await stub({});
    const bad = { ...proof, nonce: Buffer.alloc(19) };
    await errorOf(device.run((session) => session.provisioning.hostSetup.upgradeToAdmin(bad)));
    expect(device.asked).toEqual([]);
  });
});
