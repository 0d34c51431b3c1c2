import type { ClassDefinition, Instance } from '../class-definition.ts';
import { realm } from '../realms.ts';
import { managedSystem } from '../references.ts';

/**
 * The PC and its management engine. Properties: intel/lms CIM classes `[class model]`; which of them a device fills,
 * and with what, is a `[guess]` apart from the keys.
 */
export const computerSystem: ClassDefinition = {
  name: 'CIM_ComputerSystem',
  realms: { read: [realm.generalInfo, realm.hardwareAsset] },
  keys: ['CreationClassName', 'Name'],
  hasDatetime: true,
  read: () => [system('ManagedSystem', 'Managed System', [0]), system('Intel(r) AMT', 'Intel(r) AMT', [28])],
};

function system(name: string, elementName: string, dedicated: readonly number[]): Instance {
  return {
    properties: [
      ['CreationClassName', 'CIM_ComputerSystem'],
      ['Dedicated', dedicated],
      ['ElementName', elementName],
      ['EnabledState', 5],
      ['Name', name],
      ['NameFormat', 'Other'],
      ['RequestedState', 12],
    ],
  };
}

/** Ties the PC to its SMBIOS UUID. `[capture]` */
export const computerSystemPackage: ClassDefinition = {
  name: 'CIM_ComputerSystemPackage',
  realms: { read: [realm.generalInfo, realm.hardwareAsset] },
  keys: ['Antecedent', 'Dependent'],
  hasDatetime: false,
  read: ({ device }) => [
    {
      className: 'CIM_ComputerSystemPackage',
      properties: [
        [
          'Antecedent',
          { className: 'CIM_Chassis', selectors: { CreationClassName: 'CIM_Chassis', Tag: 'CIM_Chassis' } },
        ],
        ['Dependent', managedSystem],
        ['PlatformGUID', device.uuid],
      ],
    },
  ],
};

/** The same association by the name of its base class. `[capture]` */
export const systemPackaging: ClassDefinition = { ...computerSystemPackage, name: 'CIM_SystemPackaging' };

/** Firmware versions: instances and their order as recorded from AMT 12.0.67. `[capture]` */
export const softwareIdentity: ClassDefinition = {
  name: 'CIM_SoftwareIdentity',
  realms: { read: [realm.generalInfo, realm.hardwareAsset] },
  keys: ['InstanceID'],
  hasDatetime: true,
  beforeProvisioning: true,
  read({ device }) {
    const { version, build } = device.persona;
    const identities: readonly (readonly [string, string])[] = [
      ['Flash', version],
      ['Netstack', version],
      ['AMTApps', version],
      ['AMT', version],
      ['Sku', '16392'],
      ['VendorID', '8086'],
      ['Build Number', build],
      ['Recovery Version', version],
      ['Recovery Build Num', build],
      ['Legacy Mode', 'False'],
      ['AMT FW Core Version', version],
    ];
    return identities.map(([instanceId, versionString]) => ({
      properties: [
        ['InstanceID', instanceId],
        ['IsEntity', true],
        ['VersionString', versionString],
      ],
    }));
  },
};
