import type { ClassDefinition, Instance } from '../class-definition.ts';
import { datetime } from '../moments.ts';
import { realm } from '../realms.ts';
import { type Machine, machineOf } from './machine.ts';

/** A class of the hardware inventory: read only, for whoever may read assets. */
function asset(
  name: string,
  keys: readonly string[],
  instances: (machine: Machine) => readonly Instance['properties'][],
): ClassDefinition {
  return {
    name,
    keys,
    hasDatetime: true,
    realms: { read: [realm.hardwareAsset] },
    read: ({ device }) => instances(machineOf(device)).map((properties) => ({ properties })),
  };
}

const physicalKeys = ['CreationClassName', 'Tag'];
const deviceKeys = ['CreationClassName', 'DeviceID', 'SystemCreationClassName', 'SystemName'];

/** Properties and order of all classes here as recorded; the numbers that do not differ between PCs, too. `[capture]` */
export const chassis = asset('CIM_Chassis', physicalKeys, ({ manufacturer, model, serial }) => [
  [
    ['ChassisPackageType', 0],
    ['CreationClassName', 'CIM_Chassis'],
    ['ElementName', 'Managed System Chassis'],
    ['Manufacturer', manufacturer],
    ['Model', model],
    ['OperationalStatus', [0]],
    ['PackageType', 3],
    ['SerialNumber', serial],
    ['Tag', 'CIM_Chassis'],
    ['Version', 'K47174-402'],
  ],
]);

export const card = asset('CIM_Card', physicalKeys, ({ manufacturer, board, serial }) => [
  [
    ['CanBeFRUed', true],
    ['CreationClassName', 'CIM_Card'],
    ['ElementName', 'Managed System Base Board'],
    ['Manufacturer', manufacturer],
    ['Model', board],
    ['OperationalStatus', [0]],
    ['PackageType', 9],
    ['SerialNumber', `B${serial}`],
    ['Tag', 'CIM_Card'],
    ['Version', 'K47180-402'],
  ],
]);

const biosKeys = ['Name', 'SoftwareElementID', 'SoftwareElementState', 'TargetOperatingSystem', 'Version'];

export const biosElement = asset('CIM_BIOSElement', biosKeys, ({ manufacturer, biosVersion, biosReleased }) => [
  [
    ['ElementName', 'Primary BIOS'],
    ['Manufacturer', manufacturer],
    ['Name', 'Primary BIOS'],
    ['OperationalStatus', [0]],
    ['PrimaryBIOS', true],
    ['ReleaseDate', datetime(biosReleased)],
    ['SoftwareElementID', biosVersion],
    ['SoftwareElementState', 2],
    ['TargetOperatingSystem', 66],
    ['Version', biosVersion],
  ],
]);

export const processor = asset('CIM_Processor', deviceKeys, ({ maxClockMhz, processorFamily }) => [
  [
    ['CPUStatus', 1],
    ['CreationClassName', 'CIM_Processor'],
    ['CurrentClockSpeed', 2400],
    ['DeviceID', 'CPU 0'],
    ['ElementName', 'Managed System CPU'],
    ['EnabledState', 2],
    ['ExternalBusClockSpeed', 100],
    ['Family', processorFamily],
    ['HealthState', 0],
    ['MaxClockSpeed', maxClockMhz],
    ['OperationalStatus', [0]],
    ['OtherFamilyDescription', ''],
    ['RequestedState', 12],
    ['Role', 'Central'],
    ['Stepping', '13'],
    ['SystemCreationClassName', 'CIM_ComputerSystem'],
    ['SystemName', 'ManagedSystem'],
    ['UpgradeMethod', 52],
  ],
]);

export const chip = asset('CIM_Chip', physicalKeys, ({ processor: name }) => [
  [
    ['CanBeFRUed', true],
    ['CreationClassName', 'CIM_Chip'],
    ['ElementName', 'Managed System Processor Chip'],
    ['Manufacturer', 'Intel(R) Corporation'],
    ['OperationalStatus', [0]],
    ['Tag', 'CPU 0'],
    ['Version', name],
  ],
]);

export const physicalMemory = asset('CIM_PhysicalMemory', physicalKeys, ({ memory }) =>
  memory.map(({ bytes, speedMhz, serial }, n) => [
    ['BankLabel', `BANK ${n * 2}`],
    ['Capacity', bytes],
    ['ConfiguredMemoryClockSpeed', speedMhz],
    ['CreationClassName', 'CIM_PhysicalMemory'],
    ['ElementName', 'Managed System Memory Chip'],
    ['FormFactor', 13],
    ['IsSpeedInMhz', true],
    ['Manufacturer', '859B'],
    ['MaxMemorySpeed', speedMhz],
    ['MemoryType', 26],
    ['PartNumber', 'CT16G4SFD824A.M16FE'],
    ['SerialNumber', serial],
    ['Speed', 0],
    ['Tag', n === 0 ? '9876543210' : `9876543210 (#${n})`],
  ]),
);

export const mediaAccessDevice = asset('CIM_MediaAccessDevice', deviceKeys, ({ drivesKb }) =>
  drivesKb.map((size, n) => [
    ['Capabilities', [4]],
    ['CreationClassName', 'CIM_MediaAccessDevice'],
    ['DeviceID', `MEDIA DEV ${n}`],
    ['ElementName', 'Managed System Media Access Device'],
    ['EnabledDefault', 2],
    ['EnabledState', 0],
    ['MaxMediaSize', size],
    ['OperationalStatus', [0]],
    ['RequestedState', 12],
    ['Security', 2],
    ['SystemCreationClassName', 'CIM_ComputerSystem'],
    ['SystemName', 'ManagedSystem'],
  ]),
);
