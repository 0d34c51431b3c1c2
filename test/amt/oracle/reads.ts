import { output } from '../classes/stub.ts';
import { acl, type Case, hostSetup, setupService } from './case.ts';

/** Cases of the oracle: reads. */
export const reads: readonly Case[] = [
  {
    theirs: ['AMT', 'AuditLog', 'ReadRecords', 1],
    ours: 'ReadRecords AMT_AuditLog',
    work: (s) => s.auditLog.readAll(),
  },
  { theirs: ['AMT', 'AuditLog', 'Get'], ours: 'Get AMT_AuditLog', work: (s) => s.auditLog.status() },
  {
    theirs: ['AMT', 'MessageLog', 'PositionToFirstRecord'],
    ours: 'PositionToFirstRecord AMT_MessageLog',
    work: (s) => s.eventLog.read(1),
  },
  {
    theirs: ['AMT', 'MessageLog', 'GetRecords', 1, 390],
    ours: 'GetRecords AMT_MessageLog',
    replies: { 'PositionToFirstRecord AMT_MessageLog': output('PositionToFirstRecord', { IterationIdentifier: 1 }) },
    work: (s) => s.eventLog.read(1),
  },
  {
    theirs: ['AMT', 'AuthorizationService', 'EnumerateUserAclEntries', 1],
    ours: `EnumerateUserAclEntries ${acl}`,
    work: (s) => s.accounts.list(),
  },
  {
    theirs: ['AMT', 'AuthorizationService', 'GetUserAclEntryEx', 3],
    ours: `GetUserAclEntryEx ${acl}`,
    replies: { [`EnumerateUserAclEntries ${acl}`]: output('EnumerateUserAclEntries', { TotalCount: 1, Handles: 3 }) },
    work: (s) => s.accounts.list(),
  },
  {
    theirs: ['AMT', 'AuthorizationService', 'GetAclEnabledState', 3],
    ours: `GetAclEnabledState ${acl}`,
    replies: {
      [`EnumerateUserAclEntries ${acl}`]: output('EnumerateUserAclEntries', { TotalCount: 1, Handles: 3 }),
      [`GetUserAclEntryEx ${acl}`]: output('GetUserAclEntryEx', {
        DigestUsername: 'x',
        AccessPermission: 2,
        Realms: 5,
      }),
    },
    work: (s) => s.accounts.list(),
  },
  {
    theirs: ['AMT', 'AuthorizationService', 'GetAdminAclEntry'],
    ours: `GetAdminAclEntry ${acl}`,
    work: (s) => s.provisioning.setup.administrator(),
  },
  {
    theirs: ['AMT', 'AuthorizationService', 'GetAdminNetAclEntryStatus'],
    ours: `GetAdminNetAclEntryStatus ${acl}`,
    replies: { [`GetAdminAclEntry ${acl}`]: output('GetAdminAclEntry', { Username: 'admin' }) },
    work: (s) => s.provisioning.setup.administrator(),
  },
  {
    theirs: ['AMT', 'TimeSynchronizationService', 'GetLowAccuracyTimeSynch'],
    ours: 'GetLowAccuracyTimeSynch AMT_TimeSynchronizationService',
    work: (s) => s.deviceClock.readDriftSeconds(),
  },
  { theirs: ['AMT', 'BootCapabilities', 'Get'], ours: 'Get AMT_BootCapabilities', work: (s) => s.boot.setNext('pxe') },
  { theirs: ['AMT', 'BootSettingData', 'Get'], ours: 'Get AMT_BootSettingData', work: (s) => s.boot.clear() },
  {
    theirs: ['AMT', 'RedirectionService', 'Get'],
    ours: 'Get AMT_RedirectionService',
    work: (s) => s.settings.read(['kvm']),
  },
  {
    theirs: ['CIM', 'KVMRedirectionSAP', 'Get'],
    ours: 'Get CIM_KVMRedirectionSAP',
    work: (s) => s.settings.read(['kvm']),
  },
  {
    theirs: ['IPS', 'OptInService', 'Get'],
    ours: 'Get IPS_OptInService',
    work: (s) => s.settings.read(['userConsent']),
  },
  {
    theirs: ['AMT', 'KerberosSettingData', 'Get'],
    ours: 'Get AMT_KerberosSettingData',
    work: (s) => s.provisioning.kerberos.read(),
  },
  {
    theirs: ['IPS', 'IEEE8021xSettings', 'Get'],
    ours: 'Get IPS_IEEE8021xSettings',
    work: (s) => s.provisioning.wiredAccess.read(),
  },
  { theirs: ['CIM', 'WiFiPort', 'Get'], ours: 'Get CIM_WiFiPort', work: (s) => s.provisioning.wifi.mode() },
  {
    theirs: ['AMT', 'WiFiPortConfigurationService', 'Get'],
    ours: 'Get AMT_WiFiPortConfigurationService',
    work: (s) => s.provisioning.wifi.setProfileSync('off'),
  },
  {
    theirs: ['IPS', 'HostBasedSetupService', 'Get'],
    ours: `Get ${hostSetup}`,
    work: (s) => s.provisioning.hostSetup.read(),
  },
  {
    theirs: ['AMT', 'SetupAndConfigurationService', 'Get'],
    ours: `Get ${setupService}`,
    work: (s) => s.provisioning.setup.read(),
  },
  {
    theirs: ['AMT', 'SetupAndConfigurationService', 'GetUuid'],
    ours: `GetUuid ${setupService}`,
    work: (s) => s.provisioning.setup.uuid(),
  },
  ...(
    [
      ['CIM', 'BIOSElement'],
      ['CIM', 'Card'],
      ['CIM', 'Chassis'],
      ['CIM', 'Chip'],
      ['CIM', 'ComputerSystemPackage'],
      ['CIM', 'MediaAccessDevice'],
      ['CIM', 'PhysicalMemory'],
      ['CIM', 'Processor'],
      ['CIM', 'SoftwareIdentity'],
    ] as const
  ).map(
    ([family, name]): Case => ({
      theirs: [family, name, 'Enumerate'],
      ours: `Enumerate ${family}_${name}`,
      work: (s) => s.readAssets(),
    }),
  ),
  {
    theirs: ['IPS', 'AlarmClockOccurrence', 'Enumerate'],
    ours: 'Enumerate IPS_AlarmClockOccurrence',
    work: (s) => s.alarms.list(),
  },
  {
    theirs: ['AMT', 'PublicKeyCertificate', 'Enumerate'],
    ours: 'Enumerate AMT_PublicKeyCertificate',
    work: (s) => s.provisioning.certificates.list(),
  },
  {
    theirs: ['AMT', 'PublicPrivateKeyPair', 'Enumerate'],
    ours: 'Enumerate AMT_PublicPrivateKeyPair',
    work: (s) => s.provisioning.certificates.keyPairs(),
  },
  {
    theirs: ['AMT', 'TLSCredentialContext', 'Enumerate'],
    ours: 'Enumerate AMT_TLSCredentialContext',
    work: (s) => s.provisioning.tls.serverCertificate(),
  },
  {
    theirs: ['CIM', 'WiFiEndpointSettings', 'Enumerate'],
    ours: 'Enumerate CIM_WiFiEndpointSettings',
    work: (s) => s.provisioning.wifi.profiles(),
  },
  {
    theirs: ['AMT', 'GeneralSettings', 'Get'],
    ours: 'Get AMT_GeneralSettings',
    work: (s) => s.settings.read(['hostName']),
  },
  {
    theirs: ['AMT', 'AlarmClockService', 'Get'],
    ours: 'Get AMT_AlarmClockService',
    version: '7.1.20',
    work: (s) => s.alarms.list(),
  },
  {
    theirs: [
      'AMT',
      'EthernetPortSettings',
      'Get',
      { name: 'InstanceID', value: 'Intel(r) AMT Ethernet Port Settings 0' },
    ],
    ours: 'Get AMT_EthernetPortSettings',
    work: (s) => s.settings.read(['linkPolicy']),
  },
  {
    theirs: ['AMT', 'TLSSettingData', 'Get', { name: 'InstanceID', value: 'Intel(r) AMT LMS TLS Settings' }],
    ours: 'Get AMT_TLSSettingData',
    work: (s) => s.provisioning.tls.read('local'),
  },
  {
    theirs: ['AMT', 'IEEE8021xProfile', 'Get'],
    ours: 'Get AMT_8021XProfile',
    version: '7.1.20',
    work: (s) => s.provisioning.wiredAccess.read(),
  },
];
