import type { ClassDefinition, Instance } from './class-definition.ts';
import { createWritable } from './writable.ts';

/** Properties and order as recorded from AMT 15. `[capture]` */
export const generalSettings: ClassDefinition = createWritable({
  name: 'AMT_GeneralSettings',
  keys: ['InstanceID'],
  hasDatetime: false,
  beforeProvisioning: true,
  initial: ({ device }) => [
    {
      properties: [
        ['AMTNetworkEnabled', 1],
        ['DDNSPeriodicUpdateInterval', 1440],
        ['DDNSTTL', 900],
        ['DDNSUpdateByDHCPServerEnabled', true],
        ['DDNSUpdateEnabled', false],
        ['DHCPv6ConfigurationTimeout', 0],
        ['DigestRealm', device.realm],
        ['DomainName', device.fqdn.slice(device.name.length + 1)],
        ['ElementName', 'Intel(r) AMT: General Settings'],
        ['HostName', device.name],
        ['HostOSFQDN', device.fqdn],
        ['IdleWakeTimeout', 1],
        ['InstanceID', 'Intel(r) AMT: General Settings'],
        ['NetworkInterfaceEnabled', true],
        ['PingResponseEnabled', true],
        ['PowerSource', 0],
        ['PreferredAddressFamily', 0],
        ['PresenceNotificationInterval', 0],
        ['PrivacyLevel', 0],
        ['RmcpPingResponseEnabled', true],
        ['SharedFQDN', true],
        ['ThunderboltDockEnabled', 0],
        ['WsmanOnlyMode', false],
      ],
    },
  ],
  // A Put that echoes them is taken, and they stay as they are: the MeshCentral client puts back all it got. [guess]
  readOnly: ['DigestRealm', 'InstanceID', 'ElementName', 'PowerSource', 'PrivacyLevel', 'AMTNetworkEnabled'],
  refused: [],
  optional: ['DHCPSyncRequiresHostname'],
  modelOrder:
    'InstanceID ElementName NetworkInterfaceEnabled DigestRealm IdleWakeTimeout HostName DomainName ' +
    'PingResponseEnabled WsmanOnlyMode PreferredAddressFamily DHCPv6ConfigurationTimeout DDNSUpdateEnabled ' +
    'DDNSUpdateByDHCPServerEnabled SharedFQDN HostOSFQDN DDNSTTL AMTNetworkEnabled RmcpPingResponseEnabled ' +
    'DDNSPeriodicUpdateInterval PresenceNotificationInterval PrivacyLevel PowerSource ThunderboltDockEnabled ' +
    'DHCPSyncRequiresHostname',
});

const serviceName = 'Intel(r) AMT Setup and Configuration Service';

/** State of provisioning: 2 is post, 0 is pre. Properties and order `[capture]` */
export const setupAndConfigurationService: ClassDefinition = {
  name: 'AMT_SetupAndConfigurationService',
  keys: ['CreationClassName', 'Name', 'SystemCreationClassName', 'SystemName'],
  hasDatetime: true,
  beforeProvisioning: true,
  read: ({ device }): readonly Instance[] => [
    {
      properties: [
        ['CreationClassName', 'AMT_SetupAndConfigurationService'],
        ['ElementName', serviceName],
        ['EnabledState', 5],
        ['Name', serviceName],
        ['PasswordModel', 1],
        ['ProvisioningMode', 1],
        ['ProvisioningServerOTP', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
        ['ProvisioningState', device.faults.has('not-provisioned') ? 0 : 2],
        ['RequestedState', 12],
        ['SystemCreationClassName', 'CIM_ComputerSystem'],
        ['SystemName', 'Intel(r) AMT'],
        ['ZeroTouchConfigurationEnabled', true],
      ],
    },
  ],
  methods: {
    /** SMBIOS UUID as base64. `[capture]` */
    GetUuid: {
      arguments: [],
      invoke: ({ device }) => ({
        properties: [
          ['UUID', Buffer.from(device.uuid, 'hex').toString('base64')],
          ['ReturnValue', 0],
        ],
      }),
    },
  },
};
