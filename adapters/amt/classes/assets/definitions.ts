import { physicalFields } from '../../model/bases.ts';
import { defineClass } from '../../model/class-definition.ts';

/** The BIOS. */
export const biosClass = defineClass('CIM_BIOSElement', {
  fields: {
    CurrentLanguage: 'text',
    ElementName: 'text',
    ListOfLanguages: 'text[]',
    LoadUtilityInformation: 'text',
    LoadedEndingAddress: 'big',
    LoadedStartingAddress: 'big',
    Manufacturer: 'text',
    Name: 'text',
    OperationalStatus: 'number[]',
    PrimaryBIOS: 'flag',
    RegistryURIs: 'text[]',
    ReleaseDate: 'time',
    SoftwareElementID: 'text',
    SoftwareElementState: 'number',
    TargetOperatingSystem: 'number',
    Version: 'text',
  },
});

/** The main board. */
export const boardClass = defineClass('CIM_Card', {
  fields: {
    ...physicalFields,
    HostingBoard: 'flag',
    OperatingVoltages: 'number[]',
    RequirementsDescription: 'text',
    RequiresDaughterBoard: 'flag',
    SlotLayout: 'text',
    SpecialRequirements: 'flag',
  },
});

/** The chassis. */
export const chassisClass = defineClass('CIM_Chassis', {
  fields: {
    ...physicalFields,
    ChassisPackageType: 'number',
    ChassisTypeDescription: 'text',
    ChassisTypes: 'number[]',
    CurrentRequiredOrProduced: 'number',
    HeatGeneration: 'number',
    MultipleSystemSupport: 'number',
    NumberOfPowerCords: 'number',
    RackMountable: 'number',
    TypeDescriptions: 'text[]',
  },
});

/** A chip; processors carry their name here. */
export const chipClass = defineClass('CIM_Chip', {
  fields: {
    ...physicalFields,
    FormFactor: 'number',
  },
});

/** Chassis and computer, with the SMBIOS UUID. */
export const systemPackageClass = defineClass('CIM_ComputerSystemPackage', {
  fields: {
    Antecedent: 'reference',
    Dependent: 'reference',
    PlatformGUID: 'text',
  },
});

/** A disk. */
export const diskClass = defineClass('CIM_MediaAccessDevice', {
  fields: {
    Capabilities: 'number[]',
    CapabilityDescriptions: 'text[]',
    CompressionMethod: 'text',
    CreationClassName: 'text',
    DefaultBlockSize: 'big',
    DeviceID: 'text',
    ElementName: 'text',
    EnabledDefault: 'number',
    EnabledState: 'number',
    ErrorMethodology: 'text',
    LastCleaned: 'time',
    LoadTime: 'big',
    MaxAccessTime: 'big',
    MaxBlockSize: 'big',
    MaxMediaSize: 'big',
    MaxUnitsBeforeCleaning: 'big',
    MediaIsLocked: 'flag',
    MinBlockSize: 'big',
    MountCount: 'big',
    NeedsCleaning: 'flag',
    NumberOfMediaSupported: 'number',
    OperationalStatus: 'number[]',
    RequestedState: 'number',
    Security: 'number',
    SystemCreationClassName: 'text',
    SystemName: 'text',
    TimeOfLastMount: 'time',
    TotalMountTime: 'big',
    UncompressedDataRate: 'number',
    UnitsDescription: 'text',
    UnitsUsed: 'big',
    UnloadTime: 'big',
  },
});

/** A memory module. */
export const memoryClass = defineClass('CIM_PhysicalMemory', {
  fields: {
    ...physicalFields,
    BankLabel: 'text',
    Capacity: 'big',
    ConfiguredMemoryClockSpeed: 'number',
    DataWidth: 'number',
    FormFactor: 'number',
    InterleavePosition: 'number',
    IsSpeedInMhz: 'flag',
    MaxMemorySpeed: 'number',
    MemoryType: 'number',
    PositionInRow: 'number',
    Speed: 'number',
    TotalWidth: 'number',
  },
});

/** A processor. */
export const processorClass = defineClass('CIM_Processor', {
  fields: {
    AddressWidth: 'number',
    CPUStatus: 'number',
    Characteristics: 'number[]',
    CreationClassName: 'text',
    CurrentClockSpeed: 'number',
    DataWidth: 'number',
    DeviceID: 'text',
    ElementName: 'text',
    EnabledProcessorCharacteristics: 'number[]',
    EnabledState: 'number',
    ExternalBusClockSpeed: 'number',
    Family: 'number',
    HealthState: 'number',
    LoadPercentage: 'number',
    MaxClockSpeed: 'number',
    NumberOfEnabledCores: 'number',
    OperationalStatus: 'number[]',
    OtherFamilyDescription: 'text',
    RequestedState: 'number',
    Role: 'text',
    Stepping: 'text',
    SystemCreationClassName: 'text',
    SystemName: 'text',
    UniqueID: 'text',
    UpgradeMethod: 'number',
  },
});

/** One part of the firmware. */
export const firmwareClass = defineClass('CIM_SoftwareIdentity', {
  fields: {
    BuildNumber: 'number',
    ClassificationDescriptions: 'text[]',
    Classifications: 'number[]',
    ExtendedResourceType: 'number',
    IdentityInfoType: 'text[]',
    IdentityInfoValue: 'text[]',
    InstanceID: 'text',
    IsEntity: 'flag',
    IsLargeBuildNumber: 'flag',
    Languages: 'text[]',
    LargeBuildNumber: 'big',
    MajorVersion: 'number',
    Manufacturer: 'text',
    MinExtendedResourceTypeBuildNumber: 'number',
    MinExtendedResourceTypeMajorVersion: 'number',
    MinExtendedResourceTypeMinorVersion: 'number',
    MinExtendedResourceTypeRevisionNumber: 'number',
    MinorVersion: 'number',
    OtherExtendedResourceTypeDescription: 'text',
    ReleaseDate: 'time',
    RevisionNumber: 'number',
    SerialNumber: 'text',
    TargetOSTypes: 'number[]',
    TargetOperatingSystems: 'text[]',
    TargetTypes: 'text[]',
    VersionString: 'text',
  },
});
