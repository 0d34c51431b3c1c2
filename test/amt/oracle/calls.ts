import { datetime, instance, instances, output } from '../classes/stub.ts';
import {
  accepted,
  acl,
  type Case,
  general,
  handle,
  hostSetup,
  keys,
  now,
  opaque,
  proof,
  proofTexts,
  referenceXml,
  settingsOf,
  setupService,
} from './case.ts';

/** Cases of the oracle: calls. */
export const calls: readonly Case[] = [
  {
    theirs: [
      'AMT',
      'AlarmClockService',
      'AddAlarm',
      {
        InstanceID: 'wake',
        ElementName: 'wake',
        StartTime: new Date('2026-11-24T05:30:00Z'),
        Interval: 1_530,
        DeleteOnCompletion: true,
      },
    ],
    ours: 'AddAlarm AMT_AlarmClockService',
    work: (s) =>
      s.alarms.add({ name: 'wake', at: new Date('2026-11-24T05:30:00Z'), everyMinutes: 1_530, deleteAfterwards: true }),
  },
  {
    theirs: ['IPS', 'AlarmClockOccurrence', 'Delete', { name: 'InstanceID', value: 'wake' }],
    ours: 'Delete IPS_AlarmClockOccurrence',
    replies: instances(
      'IPS_AlarmClockOccurrence',
      instance('IPS_AlarmClockOccurrence', { InstanceID: 'wake', StartTime: datetime('2026-11-24T05:30:00Z') }),
    ),
    work: (s) => s.alarms.remove('wake'),
  },
  {
    theirs: [
      'AMT',
      'TimeSynchronizationService',
      'SetHighAccuracyTimeSynch',
      5,
      now().getTime() / 1_000,
      now().getTime() / 1_000,
    ],
    ours: 'SetHighAccuracyTimeSynch AMT_TimeSynchronizationService',
    replies: {
      'GetLowAccuracyTimeSynch AMT_TimeSynchronizationService': output('GetLowAccuracyTimeSynch', { Ta0: 5 }),
    },
    work: (s) => s.deviceClock.synchronise(),
  },
  ...(['pxe', 'disk', 'cd'] as const).map(
    (target, n): Case => ({
      theirs: [
        'CIM',
        'BootConfigSetting',
        'ChangeBootOrder',
        `Intel(r) AMT: Force ${['PXE', 'Hard-drive', 'CD/DVD'][n]} Boot`,
      ],
      ours: 'ChangeBootOrder CIM_BootConfigSetting',
      nth: 1,
      replies: {
        ...settingsOf('AMT_BootSettingData', { UseSOL: false }),
        ...accepted('CIM_BootConfigSetting', 'ChangeBootOrder'),
        ...accepted('CIM_BootService', 'SetBootConfigRole'),
      },
      work: (s) => s.boot.setNext(target),
    }),
  ),
  {
    theirs: ['CIM', 'BootConfigSetting', 'ChangeBootOrder'],
    ours: 'ChangeBootOrder CIM_BootConfigSetting',
    replies: settingsOf('AMT_BootSettingData', { UseSOL: false }),
    work: (s) => s.boot.clear(),
  },
  {
    theirs: ['CIM', 'BootService', 'SetBootConfigRole', opaque, 1],
    ours: 'SetBootConfigRole CIM_BootService',
    replies: {
      ...settingsOf('AMT_BootSettingData', { UseSOL: false }),
      ...accepted('CIM_BootConfigSetting', 'ChangeBootOrder'),
    },
    work: (s) => s.boot.setNext('bios'),
  },
  {
    theirs: ['AMT', 'AuthorizationService', 'UpdateUserAclEntryEx', 4, 1, [20], 'operator', 'HASH'],
    ours: `UpdateUserAclEntryEx ${acl}`,
    replies: general,
    work: (s) =>
      s.accounts.update(4, {
        who: { kind: 'digest', user: 'operator', password: 'P@ssw0rd' },
        access: 'network',
        realms: ['audit-log'],
      }),
  },
  {
    theirs: [
      'AMT',
      'PublicKeyManagementService',
      'GeneratePKCS10RequestEx',
      {
        KeyPair: referenceXml('AMT_PublicPrivateKeyPair', handle(0)),
        SigningAlgorithm: 2,
        NullSignedCertificateRequest: 'bGVhZg==',
      },
    ],
    ours: `GeneratePKCS10RequestEx ${keys}`,
    work: (s) => s.provisioning.certificates.signRequest(handle(0), Buffer.from('leaf'), 'sha384'),
  },
  {
    theirs: [
      'IPS',
      'IEEE8021xSettings',
      'SetCertificates',
      referenceXml('AMT_PublicKeyCertificate', handle(2)),
      referenceXml('AMT_PublicKeyCertificate', handle(1)),
    ],
    ours: 'SetCertificates IPS_IEEE8021xSettings',
    replies: settingsOf('IPS_IEEE8021xSettings', { Enabled: 3, InstanceID: 'x', PxeTimeout: 120 }),
    work: (s) =>
      s.provisioning.wiredAccess.enable({
        identity: { method: 'tls', username: 'u', clientCertificate: handle(1), serverRoot: handle(2) },
        activeInS0: true,
        pxeTimeoutSeconds: 120,
      }),
  },
  {
    theirs: ['AMT', 'AuthorizationService', 'RemoveUserAclEntry', 4],
    ours: `RemoveUserAclEntry ${acl}`,
    work: (s) => s.accounts.remove(4),
  },
  {
    theirs: ['AMT', 'AuthorizationService', 'SetAclEnabledState', 4, false],
    ours: `SetAclEnabledState ${acl}`,
    work: (s) => s.accounts.setEnabled(4, false),
  },
  {
    theirs: ['AMT', 'AuthorizationService', 'AddUserAclEntryEx', 2, [5, 13], 'operator', 'HASH'],
    ours: `AddUserAclEntryEx ${acl}`,
    replies: general,
    work: (s) =>
      s.accounts.add({
        who: { kind: 'digest', user: 'operator', password: 'P@ssw0rd' },
        access: 'any',
        realms: ['remote-control', 'general-information'],
      }),
  },
  {
    theirs: ['AMT', 'AuthorizationService', 'SetAdminACLEntryEx', 'admin', 'HASH'],
    ours: `SetAdminAclEntryEx ${acl}`,
    replies: general,
    work: (s) => s.provisioning.setup.setAdministrator('admin', 'P@ssw0rd'),
  },
  {
    theirs: ['AMT', 'RedirectionService', 'RequestStateChange', 32_769],
    ours: 'RequestStateChange AMT_RedirectionService',
    replies: settingsOf('AMT_RedirectionService', { EnabledState: 32_768, ListenerEnabled: true }),
    work: (s) => s.settings.write({ storageRedirection: true }),
  },
  {
    theirs: ['CIM', 'KVMRedirectionSAP', 'RequestStateChange', 2],
    ours: 'RequestStateChange CIM_KVMRedirectionSAP',
    replies: { 'Get CIM_KVMRedirectionSAP': instance('CIM_KVMRedirectionSAP', { EnabledState: 3 }) },
    work: (s) => s.settings.write({ kvm: true }),
  },
  {
    theirs: ['CIM', 'WiFiPort', 'RequestStateChange', 32_769],
    ours: 'RequestStateChange CIM_WiFiPort',
    work: (s) => s.provisioning.wifi.setMode('s0-sx-ac'),
  },
  {
    theirs: ['AMT', 'SetupAndConfigurationService', 'CommitChanges'],
    ours: `CommitChanges ${setupService}`,
    work: (s) => s.provisioning.setup.commit(),
  },
  {
    theirs: ['AMT', 'SetupAndConfigurationService', 'Unprovision', 1],
    ours: `Unprovision ${setupService}`,
    work: (s) => s.provisioning.setup.unprovision(),
  },
  {
    theirs: ['AMT', 'SetupAndConfigurationService', 'SetMEBXPassword', 'P@ssw0rd'],
    ours: `SetMEBxPassword ${setupService}`,
    work: (s) => s.provisioning.setup.setMebxPassword('P@ssw0rd'),
  },
  {
    theirs: ['AMT', 'PublicKeyManagementService', 'GenerateKeyPair', { KeyAlgorithm: 0, KeyLength: 2_048 }],
    ours: `GenerateKeyPair ${keys}`,
    work: (s) => s.provisioning.certificates.generateKeyPair(2_048),
  },
  {
    theirs: ['AMT', 'PublicKeyManagementService', 'AddCertificate', { CertificateBlob: 'bGVhZg==' }],
    ours: `AddCertificate ${keys}`,
    work: (s) => s.provisioning.certificates.add(Buffer.from('leaf')),
  },
  {
    theirs: ['AMT', 'PublicKeyManagementService', 'AddTrustedRootCertificate', { CertificateBlob: 'bGVhZg==' }],
    ours: `AddTrustedRootCertificate ${keys}`,
    work: (s) => s.provisioning.certificates.addTrustedRoot(Buffer.from('leaf')),
  },
  {
    theirs: ['AMT', 'PublicKeyManagementService', 'AddKey', 'a2V5'],
    ours: `AddKey ${keys}`,
    work: (s) => s.provisioning.certificates.addKeyPair(Buffer.from('key')),
  },
  {
    theirs: ['AMT', 'PublicKeyCertificate', 'Delete', { name: 'InstanceID', value: handle(1) }],
    ours: 'Delete AMT_PublicKeyCertificate',
    work: (s) => s.provisioning.certificates.remove(handle(1)),
  },
  {
    theirs: ['AMT', 'PublicPrivateKeyPair', 'Delete', { name: 'InstanceID', value: handle(1) }],
    ours: 'Delete AMT_PublicPrivateKeyPair',
    work: (s) => s.provisioning.certificates.removeKeyPair(handle(1)),
  },
  {
    theirs: ['AMT', 'TLSCredentialContext', 'Create', handle(1)],
    ours: 'Create AMT_TLSCredentialContext',
    replies: instances('AMT_TLSCredentialContext'),
    work: (s) => s.provisioning.tls.useCertificate(handle(1)),
  },
  {
    theirs: [
      'AMT',
      'WiFiPortConfigurationService',
      'AddWiFiSettings',
      wifiSettings('office'),
      { name: 'Name', value: 'WiFi Endpoint 0' },
    ],
    ours: 'AddWiFiSettings AMT_WiFiPortConfigurationService',
    work: (s) =>
      s.provisioning.wifi.add({
        name: 'office',
        ssid: 'Office',
        security: 'wpa2-psk',
        encryption: 'ccmp',
        priority: 1,
        passphrase: 'passphrase',
      }),
  },
  {
    theirs: [
      'AMT',
      'WiFiPortConfigurationService',
      'AddWiFiSettings',
      { ...wifiSettings('office'), AuthenticationMethod: 7, PSKPassPhrase: undefined },
      { name: 'Name', value: 'WiFi Endpoint 0' },
      {
        ElementName: '8021x-office',
        InstanceID: 'Intel(r) AMT:IEEE 802.1x Settings office',
        AuthenticationProtocol: 0,
        Username: 'u',
      },
      handle(1),
      handle(2),
    ],
    ours: 'AddWiFiSettings AMT_WiFiPortConfigurationService',
    work: (s) =>
      s.provisioning.wifi.add({
        name: 'office',
        ssid: 'Office',
        security: 'wpa2-802.1x',
        encryption: 'ccmp',
        priority: 1,
        identity: { method: 'tls', username: 'u', clientCertificate: handle(1), serverRoot: handle(2) },
      }),
  },
  {
    theirs: [
      'CIM',
      'WiFiEndpointSettings',
      'Delete',
      { name: 'InstanceID', value: 'Intel(r) AMT:WiFi Endpoint Settings office' },
    ],
    ours: 'Delete CIM_WiFiEndpointSettings',
    replies: instances('CIM_WiFiEndpointSettings', instance('CIM_WiFiEndpointSettings', { ElementName: 'office' })),
    work: (s) => s.provisioning.wifi.remove('office'),
  },
  {
    theirs: ['IPS', 'HostBasedSetupService', 'AddNextCertInChain', 'bGVhZg==', true, false],
    ours: `AddNextCertInChain ${hostSetup}`,
    work: (s) => s.provisioning.hostSetup.addChain([Buffer.from('leaf'), Buffer.from('root')]),
  },
  {
    theirs: ['IPS', 'HostBasedSetupService', 'UpgradeClientToAdmin', ...proofTexts],
    ours: `UpgradeClientToAdmin ${hostSetup}`,
    work: (s) => s.provisioning.hostSetup.upgradeToAdmin(proof),
  },
  {
    theirs: ['IPS', 'HostBasedSetupService', 'AdminSetup', 2, 'HASH', ...proofTexts],
    ours: `AdminSetup ${hostSetup}`,
    replies: general,
    work: (s) => s.provisioning.hostSetup.setUpAdmin('P@ssw0rd', proof),
  },
  {
    theirs: ['IPS', 'HostBasedSetupService', 'Setup', 2, 'HASH'],
    ours: `Setup ${hostSetup}`,
    replies: general,
    work: (s) => s.provisioning.hostSetup.setUpClient('P@ssw0rd'),
  },
];

function wifiSettings(name: string) {
  return {
    ElementName: name,
    InstanceID: `Intel(r) AMT:WiFi Endpoint Settings ${name}`,
    AuthenticationMethod: 6,
    EncryptionMethod: 4,
    SSID: 'Office',
    Priority: 1,
    PSKPassPhrase: 'passphrase',
  };
}
