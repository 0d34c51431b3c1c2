import { datetime, instance } from '../classes/stub.ts';
import { accepted, type Case, settingsOf } from './case.ts';

/** Cases of the oracle: puts. */
export const puts: readonly Case[] = [
  {
    theirs: ['AMT', 'GeneralSettings', 'Put', { HostName: 'new', InstanceID: 'x', PingResponseEnabled: true }],
    ours: 'Put AMT_GeneralSettings',
    replies: settingsOf('AMT_GeneralSettings', { HostName: 'old', InstanceID: 'x', PingResponseEnabled: true }),
    work: (s) => s.settings.write({ hostName: 'new' }),
  },
  {
    theirs: [
      'AMT',
      'EthernetPortSettings',
      'Put',
      { InstanceID: 'Intel(r) AMT Ethernet Port Settings 0', LinkPolicy: [1, 14] },
    ],
    ours: 'Put AMT_EthernetPortSettings',
    replies: settingsOf('AMT_EthernetPortSettings', {
      InstanceID: 'Intel(r) AMT Ethernet Port Settings 0',
      LinkPolicy: [1],
      MACAddress: '01-02-03-04-05-06',
    }),
    work: (s) => s.settings.write({ linkPolicy: ['s0-ac', 'sx-ac'] }),
  },
  {
    theirs: [
      'AMT',
      'TLSSettingData',
      'Put',
      { Enabled: true, InstanceID: 'Intel(r) AMT 802.3 TLS Settings', MutualAuthentication: true },
    ],
    ours: 'Put AMT_TLSSettingData',
    replies: settingsOf('AMT_TLSSettingData', {
      Enabled: true,
      InstanceID: 'Intel(r) AMT 802.3 TLS Settings',
      MutualAuthentication: false,
    }),
    work: (s) => s.provisioning.tls.write('network', { mutual: true }),
  },
  {
    theirs: ['AMT', 'RedirectionService', 'Put', { EnabledState: 32_769, ListenerEnabled: true }],
    ours: 'Put AMT_RedirectionService',
    replies: {
      ...settingsOf('AMT_RedirectionService', { EnabledState: 32_769, ListenerEnabled: false }),
      ...accepted('AMT_RedirectionService', 'RequestStateChange'),
    },
    work: (s) => s.settings.write({ storageRedirection: true }),
  },
  {
    theirs: ['AMT', 'BootSettingData', 'Put', { BIOSSetup: true, InstanceID: 'x', UseSOL: false }],
    ours: 'Put AMT_BootSettingData',
    replies: {
      ...settingsOf('AMT_BootSettingData', { BIOSSetup: false, InstanceID: 'x', UseSOL: true, WinREBootEnabled: true }),
      ...accepted('CIM_BootConfigSetting', 'ChangeBootOrder'),
    },
    work: (s) => s.boot.setNext('bios'),
  },
  {
    theirs: ['AMT', 'WiFiPortConfigurationService', 'Put', { ElementName: 'x', localProfileSynchronizationEnabled: 3 }],
    ours: 'Put AMT_WiFiPortConfigurationService',
    replies: settingsOf('AMT_WiFiPortConfigurationService', {
      ElementName: 'x',
      localProfileSynchronizationEnabled: 0,
    }),
    work: (s) => s.provisioning.wifi.setProfileSync('unrestricted'),
  },
  {
    theirs: [
      'IPS',
      'OptInService',
      'Put',
      { IPS_OptInService: { Name: 'x', OptInCodeTimeout: 120, OptInRequired: 1 } },
    ],
    ours: 'Put IPS_OptInService',
    replies: settingsOf('IPS_OptInService', {
      CanModifyOptInPolicy: 1,
      Name: 'x',
      OptInCodeTimeout: 120,
      OptInRequired: 0,
      OptInState: 0,
    }),
    work: (s) => s.settings.write({ userConsent: 'kvm' }),
  },
  {
    theirs: ['IPS', 'IEEE8021xSettings', 'Put', { Enabled: 3, InstanceID: 'x', PxeTimeout: 120 }],
    ours: 'Put IPS_IEEE8021xSettings',
    replies: settingsOf('IPS_IEEE8021xSettings', { Enabled: 2, InstanceID: 'x', PxeTimeout: 120 }),
    work: (s) => s.provisioning.wiredAccess.disable(),
  },
  {
    theirs: ['AMT', 'AlarmClockService', 'Put', { ElementName: 'x' }],
    ours: 'Put AMT_AlarmClockService',
    version: '7.1.20',
    replies: {
      'Get AMT_AlarmClockService': instance('AMT_AlarmClockService', {
        ElementName: 'x',
        NextAMTAlarmTime: datetime('2026-11-24T05:30:00Z'),
      }),
      'Put AMT_AlarmClockService': '',
    },
    work: (s) => s.alarms.remove('alarm'),
  },
  {
    theirs: ['AMT', 'IEEE8021xProfile', 'Put', { Enabled: false, InstanceID: 'x', PxeTimeout: 120 }],
    ours: 'Put AMT_8021XProfile',
    version: '7.1.20',
    replies: settingsOf('AMT_8021XProfile', { Enabled: true, InstanceID: 'x', PxeTimeout: 120 }),
    work: (s) => s.provisioning.wiredAccess.disable(),
  },
];
