import type { ClassDefinition } from './class-definition.ts';
import { createWritable } from './writable.ts';

/**
 * Network interfaces: 0 is wired, 1 is wireless, here without an adapter. Properties and order as recorded
 * `[capture]`. LinkPolicy 14 keeps the management engine reachable while the PC is off.
 */
export const ethernetPortSettings: ClassDefinition = createWritable({
  name: 'AMT_EthernetPortSettings',
  keys: ['InstanceID'],
  hasDatetime: false,
  beforeProvisioning: true,
  initial: ({ device }) => [
    {
      properties: [
        ['DHCPEnabled', true],
        ['DefaultGateway', '127.0.0.1'],
        ['ElementName', 'Intel(r) AMT Ethernet Port Settings'],
        ['IPAddress', device.address],
        ['InstanceID', 'Intel(r) AMT Ethernet Port Settings 0'],
        ['IpSyncEnabled', true],
        ['LinkIsUp', true],
        ['LinkPolicy', [1, 14]],
        ['MACAddress', device.mac.replaceAll(':', '-')],
        ['PhysicalConnectionType', 0],
        ['PrimaryDNS', '127.0.0.1'],
        ['SharedDynamicIP', true],
        ['SharedMAC', true],
        ['SharedStaticIp', false],
        ['SubnetMask', '255.0.0.0'],
      ],
    },
    {
      properties: [
        ['ConsoleTcpMaxRetransmissions', 5],
        ['DHCPEnabled', true],
        ['ElementName', 'Intel(r) AMT Ethernet Port Settings'],
        ['InstanceID', 'Intel(r) AMT Ethernet Port Settings 1'],
        ['LinkControl', 2],
        ['LinkIsUp', false],
        ['LinkPreference', 2],
        ['MACAddress', '00-00-00-00-00-00'],
        ['PhysicalConnectionType', 3],
        ['SharedMAC', true],
        ['WLANLinkProtectionLevel', 1],
      ],
    },
  ],
  optional: ['SecondaryDNS', 'VLANTag', 'PhysicalNicMedium'],
  // Taken but without effect: of the class's read-only properties, a Put may echo all. [guess]
  readOnly: ['ElementName', 'InstanceID', 'LinkIsUp', 'MACAddress', 'PhysicalConnectionType', 'SharedMAC'],
  refused: [],
  modelOrder:
    'InstanceID ElementName VLANTag SharedMAC MACAddress LinkIsUp LinkPolicy LinkPreference LinkControl ' +
    'SharedStaticIp SharedDynamicIP IpSyncEnabled DHCPEnabled IPAddress SubnetMask DefaultGateway PrimaryDNS ' +
    'SecondaryDNS ConsoleTcpMaxRetransmissions PhysicalConnectionType PhysicalNicMedium WLANLinkProtectionLevel',
});
