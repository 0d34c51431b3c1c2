import { afterEach, describe, expect, test } from '@jest/globals';
import type { ReadSettings } from '../../../src/ports/amt/settings.ts';
import { errorOf } from '../conversation.ts';
import {
  elements,
  Fault,
  fieldsOf,
  instance,
  instances,
  output,
  type Reply,
  reference,
  type Stub,
  startStub,
} from './stub.ts';

const open: Stub[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function stub(replies: Record<string, Reply>, version = '15.0.23'): Promise<Stub> {
  const made = await startStub(replies, { host: '127.22.9.4', version });
  open.push(made);
  return made;
}

const schemes = {
  'SCHEME 0': ['djmXEQtWUEOIcJgS85G1YA==', 'Mobile: ON in S0'],
  'SCHEME 1': ['MIAN7gnAeEOvKHhootu+Og==', 'Mobile: ON in S0, ME Wake in S3, S4-5 (AC only)'],
  'SCHEME 2': ['AAAAAAAAAAAAAAAAAAAAAA==', 'Maker’s own'],
} as const;

const current = (id: string) =>
  instances(
    'CIM_ElementSettingData',
    `<g:CIM_ElementSettingData><g:IsCurrent>1</g:IsCurrent><g:SettingData>${reference('AMT_GeneralSettings', 'InstanceID', 'x')}</g:SettingData></g:CIM_ElementSettingData>`,
    ...Object.keys(schemes).map(
      (one) =>
        `<g:CIM_ElementSettingData>${elements({ IsCurrent: one === id ? 1 : 2 })}` +
        `<g:SettingData>${reference('AMT_SystemPowerScheme', 'InstanceID', one)}</g:SettingData></g:CIM_ElementSettingData>`,
    ),
  );

const tls = (values: Record<string, boolean> = {}) =>
  instance('AMT_TLSSettingData', {
    AcceptNonSecureConnections: false,
    ElementName: 'Intel(r) AMT 802.3 TLS Settings',
    Enabled: true,
    InstanceID: 'Intel(r) AMT 802.3 TLS Settings',
    MutualAuthentication: false,
    ...values,
  });

const full: Record<string, Reply> = {
  'Get AMT_GeneralSettings': instance('AMT_GeneralSettings', {
    AMTNetworkEnabled: 1,
    DigestRealm: 'Digest:0',
    DomainName: 'example.com',
    ElementName: 'Intel(r) AMT: General Settings',
    HostName: 'host42',
    IdleWakeTimeout: 1,
    InstanceID: 'Intel(r) AMT: General Settings',
    PingResponseEnabled: true,
    RmcpPingResponseEnabled: false,
    SharedFQDN: true,
  }),
  'Get AMT_EthernetPortSettings': instance('AMT_EthernetPortSettings', {
    DHCPEnabled: true,
    DefaultGateway: '192.0.2.1',
    InstanceID: 'Intel(r) AMT Ethernet Port Settings 0',
    LinkIsUp: true,
    LinkPolicy: [1, 14],
    MACAddress: 'c8-d9-d2-7a-1e-33',
    SharedMAC: true,
  }),
  ...current('SCHEME 1'),
  ...instances(
    'AMT_SystemPowerScheme',
    ...Object.entries(schemes).map(([InstanceID, [SchemeGUID, Description]]) =>
      instance('AMT_SystemPowerScheme', { Description, InstanceID, SchemeGUID }),
    ),
  ),
  'Get AMT_RedirectionService': instance('AMT_RedirectionService', { EnabledState: 32_770, ListenerEnabled: true }),
  'Get CIM_KVMRedirectionSAP': instance('CIM_KVMRedirectionSAP', { EnabledState: 6 }),
  'Get AMT_WebUIService': instance('AMT_WebUIService', { EnabledState: 2 }),
  'Get IPS_OptInService': instance('IPS_OptInService', {
    CanModifyOptInPolicy: 1,
    Name: 'Intel(r) AMT OptIn Service',
    OptInCodeTimeout: 120,
    OptInRequired: 4_294_967_295,
    OptInState: 0,
  }),
  'Get AMT_TLSSettingData': tls(),
};

const all: ReadSettings = {
  hostName: 'host42',
  domainName: 'example.com',
  pingResponse: true,
  rmcpPingResponse: false,
  idleWakeTimeoutMinutes: 1,
  linkPolicy: ['s0-ac', 'sx-ac'],
  powerPackage: 'Mobile: ON in S0, ME Wake in S3/AC, S4-5/AC',
  serialOverLan: true,
  storageRedirection: false,
  kvm: true,
  webUi: true,
  userConsent: 'all',
  tls: 'server',
  plainTextAccepted: false,
};

describe('reading', () => {
  test('everything', async () => {
    const { run } = await stub(full);
    expect(await run((session) => session.settings.read())).toEqual(all);
  });

  test('only what is asked for costs requests', async () => {
    const device = await stub(full);
    const found = await device.run((session) => session.settings.read(['webUi', 'hostName']));
    expect(found).toMatchObject({ webUi: true, hostName: 'host42' });
    expect(device.asked).toEqual(['Get AMT_GeneralSettings', 'Get AMT_WebUIService']);
  });

  test('what the firmware lacks, or the account may not see, is missing', async () => {
    const device = await stub({
      'Get AMT_GeneralSettings': full['Get AMT_GeneralSettings'] ?? '',
      'Get AMT_TLSSettingData': new Fault('AccessDenied'),
      'Get AMT_SetupAndConfigurationService': instance('AMT_SetupAndConfigurationService', { ProvisioningState: 2 }),
    });
    expect(Object.keys(await device.run((session) => session.settings.read()))).toEqual([
      'hostName',
      'domainName',
      'pingResponse',
      'rmcpPingResponse',
      'idleWakeTimeoutMinutes',
    ]);
  });

  test('AMT 3.2 is not asked for KVM and user consent', async () => {
    const device = await stub(full, '3.2.1');
    const found = await device.run((session) => session.settings.read());
    expect([found.kvm, found.userConsent]).toEqual([undefined, undefined]);
    expect(device.asked).not.toContain('Get CIM_KVMRedirectionSAP');
    expect(device.asked).not.toContain('Get IPS_OptInService');
  });

  test.each<[string, Record<string, Reply>, ReadSettings]>([
    [
      'redirection that nobody listens for is off',
      {
        'Get AMT_RedirectionService': instance('AMT_RedirectionService', {
          EnabledState: 32_771,
          ListenerEnabled: false,
        }),
      },
      { serialOverLan: false, storageRedirection: false },
    ],
    [
      'both redirections',
      {
        'Get AMT_RedirectionService': instance('AMT_RedirectionService', {
          EnabledState: 32_771,
          ListenerEnabled: true,
        }),
      },
      { serialOverLan: true, storageRedirection: true },
    ],
    ['no KVM', { 'Get CIM_KVMRedirectionSAP': instance('CIM_KVMRedirectionSAP', { EnabledState: 3 }) }, { kvm: false }],
    [
      'TLS off means plain text',
      { 'Get AMT_TLSSettingData': tls({ Enabled: false }) },
      { tls: 'off', plainTextAccepted: true },
    ],
    ['mutual TLS', { 'Get AMT_TLSSettingData': tls({ MutualAuthentication: true }) }, { tls: 'mutual' }],
    ['a power package of the maker', current('SCHEME 2'), { powerPackage: 'Maker’s own' }],
    ['a power package by its GUID', current('SCHEME 0'), { powerPackage: 'Mobile: ON in S0' }],
    [
      'an empty link policy is one: never',
      { 'Get AMT_EthernetPortSettings': instance('AMT_EthernetPortSettings', { MACAddress: 'c8-d9-d2-7a-1e-33' }) },
      { linkPolicy: [] },
    ],
  ])('%s', async (_name, replies, expected) => {
    const { run } = await stub({ ...full, ...replies });
    expect(await run((session) => session.settings.read())).toMatchObject(expected);
  });

  test('a PC without a wired port has no link policy', async () => {
    const none = instance('AMT_EthernetPortSettings', { MACAddress: '00-00-00-00-00-00' });
    const { run } = await stub({ ...full, 'Get AMT_EthernetPortSettings': none });
    expect(await run((session) => session.settings.read(['linkPolicy']))).toEqual({});
  });
});

describe('writing', () => {
  const done: Record<string, Reply> = {
    'Put AMT_GeneralSettings': '',
    'Put AMT_EthernetPortSettings': '',
    'SetPowerScheme AMT_SystemPowerScheme': output('SetPowerScheme'),
    'RequestStateChange AMT_RedirectionService': output('RequestStateChange'),
    'Put AMT_RedirectionService': '',
    'RequestStateChange CIM_KVMRedirectionSAP': output('RequestStateChange'),
    'RequestStateChange AMT_WebUIService': output('RequestStateChange'),
    'Put IPS_OptInService': '',
    'Put AMT_TLSSettingData': '',
    'CommitChanges AMT_SetupAndConfigurationService': output('CommitChanges'),
  };
  const writes = (device: Stub) => device.asked.filter((one) => !/^(Get|Enumerate|Pull) /.test(one));

  test('a host name: one Put, everything else as it was, in the device’s order', async () => {
    const device = await stub({ ...full, ...done });
    await device.run((session) => session.settings.write({ hostName: 'a<b>&"c' }));
    expect(writes(device)).toEqual(['Put AMT_GeneralSettings']);
    expect(device.bodies('Put AMT_GeneralSettings')[0]?.children.map((one) => [one.name, one.text])).toEqual([
      ['AMTNetworkEnabled', '1'],
      ['DomainName', 'example.com'],
      ['ElementName', 'Intel(r) AMT: General Settings'],
      ['HostName', 'a<b>&"c'],
      ['IdleWakeTimeout', '1'],
      ['InstanceID', 'Intel(r) AMT: General Settings'],
      ['PingResponseEnabled', 'true'],
      ['RmcpPingResponseEnabled', 'false'],
      ['SharedFQDN', 'true'],
    ]);
  });

  test('everything: TLS last and committed', async () => {
    const device = await stub({ ...full, ...done });
    await device.run((session) =>
      session.settings.write({ ...all, storageRedirection: true, tls: 'mutual', userConsent: 'kvm' }),
    );
    expect(writes(device)).toEqual([
      'Put AMT_GeneralSettings',
      'Put AMT_EthernetPortSettings',
      'SetPowerScheme AMT_SystemPowerScheme',
      'RequestStateChange CIM_KVMRedirectionSAP',
      'RequestStateChange AMT_RedirectionService',
      'RequestStateChange AMT_WebUIService',
      'Put IPS_OptInService',
      'Put AMT_TLSSettingData',
      'CommitChanges AMT_SetupAndConfigurationService',
    ]);
    expect(fieldsOf(device.bodies('Put IPS_OptInService')[0])).toEqual({
      Name: 'Intel(r) AMT OptIn Service',
      OptInCodeTimeout: '120',
      OptInRequired: '1',
    });
    expect(fieldsOf(device.bodies('Put AMT_TLSSettingData')[0])).toMatchObject({
      Enabled: 'true',
      MutualAuthentication: 'true',
    });
  });

  test('the link policy as Intel’s numbers, by the port’s key; what only the device knows or learned is not put', async () => {
    const device = await stub({ ...full, ...done });
    await device.run((session) => session.settings.write({ linkPolicy: ['sx-dc', 's0-ac'] }));
    expect(fieldsOf(device.bodies('Put AMT_EthernetPortSettings')[0])).toEqual({
      DHCPEnabled: 'true',
      InstanceID: 'Intel(r) AMT Ethernet Port Settings 0',
      LinkPolicy: ['1', '224'],
      SharedMAC: 'true',
    });
    expect(device.texts('Put AMT_EthernetPortSettings')[0]).toContain(
      'Name="InstanceID">Intel(r) AMT Ethernet Port Settings 0<',
    );
  });

  test('a link policy that was empty is put where the schema has it', async () => {
    const before = instance('AMT_EthernetPortSettings', {
      DHCPEnabled: true,
      MACAddress: 'c8-d9-d2-7a-1e-33',
      SharedMAC: true,
    });
    const device = await stub({ ...full, ...done, 'Get AMT_EthernetPortSettings': before });
    await device.run((session) => session.settings.write({ linkPolicy: ['s0-ac'] }));
    expect(device.bodies('Put AMT_EthernetPortSettings')[0]?.children.map((one) => one.name)).toEqual([
      'DHCPEnabled',
      'LinkPolicy',
      'SharedMAC',
    ]);
  });

  test('addresses that were set by hand are put back', async () => {
    const before = instance('AMT_EthernetPortSettings', {
      DHCPEnabled: false,
      IPAddress: '192.0.2.5',
      IpSyncEnabled: false,
      LinkPolicy: [1, 14],
      MACAddress: 'c8-d9-d2-7a-1e-33',
    });
    const device = await stub({ ...full, ...done, 'Get AMT_EthernetPortSettings': before });
    await device.run((session) => session.settings.write({ linkPolicy: [] }));
    expect(fieldsOf(device.bodies('Put AMT_EthernetPortSettings')[0])).toEqual({
      DHCPEnabled: 'false',
      IPAddress: '192.0.2.5',
      IpSyncEnabled: 'false',
    });
  });

  test('a power package by its name, however it is spelled: the instance is the choice', async () => {
    const device = await stub({ ...full, ...done });
    await device.run((session) => session.settings.write({ powerPackage: 'mobile on in s0' }));
    const text = device.texts('SetPowerScheme AMT_SystemPowerScheme')[0];
    expect(text).toContain('Name="InstanceID">SCHEME 0<');
    expect(text).toContain('Name="SchemeGUID">djmXEQtWUEOIcJgS85G1YA==<');
    expect(text).toMatch(/<h:SetPowerScheme_INPUT[^>]*><\/h:SetPowerScheme_INPUT>/);
  });

  test('a power package that the PC does not have: the evidence lists those it has', async () => {
    const device = await stub({ ...full, ...done });
    const error = await errorOf(device.run((session) => session.settings.write({ powerPackage: 'Desktop: ON in S0' })));
    expect(error.code).toBe('class_missing');
    expect(error.evidence[1]).toContain('Mobile: ON in S0 | Mobile: ON in S0, ME Wake');
  });

  test.each<[string, ReadSettings, string, Record<string, string>]>([
    ['all redirection off', { serialOverLan: false, kvm: false }, '32768', { ListenerEnabled: 'false' }],
    ['storage on too', { storageRedirection: true }, '32771', {}],
  ])('%s: state, then the listener where it changes', async (_name, changes, state, put) => {
    const device = await stub({ ...full, ...done });
    await device.run((session) => session.settings.write(changes));
    expect(fieldsOf(device.bodies('RequestStateChange AMT_RedirectionService')[0])).toEqual({ RequestedState: state });
    expect(fieldsOf(device.bodies('Put AMT_RedirectionService')[0])).toMatchObject(put);
  });

  test('what the firmware lacks is told before anything is written', async () => {
    const device = await stub({ ...full, ...done }, '5.2.10');
    const error = await errorOf(
      device.run((session) => session.settings.write({ hostName: 'new', kvm: true, userConsent: 'none' })),
    );
    expect(error.code).toBe('class_missing');
    expect(error.evidence).toContain('Nothing was written');
    expect(error.evidence.join()).toMatch(/AMT 5\.2\.10 .*kvm/);
    expect(writes(device)).toEqual([]);
  });

  test('user consent that is fixed in the PC', async () => {
    const fixed = instance('IPS_OptInService', { CanModifyOptInPolicy: 0, OptInRequired: 0 });
    const device = await stub({ ...full, ...done, 'Get IPS_OptInService': fixed });
    await expect(
      errorOf(device.run((session) => session.settings.write({ userConsent: 'all' }))),
    ).resolves.toMatchObject({ code: 'not_permitted' });
    expect(writes(device)).toEqual([]);
  });

  test('plain text on a firmware that has none any more', async () => {
    const device = await stub({
      ...full,
      ...done,
      'Get AMT_TLSSettingData': tls({ NonSecureConnectionsSupported: false }),
    });
    const error = await errorOf(device.run((session) => session.settings.write({ plainTextAccepted: true })));
    expect(error).toMatchObject({ code: 'class_missing' });
    expect(writes(device)).toEqual([]);
  });

  test('a refused state change in words', async () => {
    const device = await stub({
      ...full,
      ...done,
      'RequestStateChange AMT_WebUIService': output('RequestStateChange', {}, 4_099),
    });
    const error = await errorOf(device.run((session) => session.settings.write({ webUi: false })));
    expect(error.code).toBe('device_overloaded');
    expect(error.evidence).toEqual([
      'RequestStateChange of AMT_WebUIService was refused: 4099 BUSY',
      'That means: the firmware is busy',
    ]);
  });

  test('nothing to write, nothing asked', async () => {
    const device = await stub(full);
    await device.run((session) => session.settings.write({}));
    expect(device.asked).toEqual([]);
  });

  test('a device in set-up that refuses permission is not provisioned', async () => {
    const device = await stub({
      'Get AMT_GeneralSettings': new Fault('AccessDenied'),
      'Get AMT_SetupAndConfigurationService': instance('AMT_SetupAndConfigurationService', { ProvisioningState: 1 }),
    });
    const error = await errorOf(device.run((session) => session.settings.write({ hostName: 'x' })));
    expect(error).toMatchObject({ code: 'not_provisioned' });
  });
});
