import type { Device } from '../device.ts';
import { settle } from '../power.ts';
import { resourceUri } from '../protocol/namespaces.ts';
import type { ClassContext, ClassDefinition } from './class-definition.ts';
import { numberArgument } from './class-definition.ts';
import { readReference } from './references.ts';
import { createWritable } from './writable.ts';

/** What the next boot is told to do. */
export interface BootOverride {
  /** InstanceID of the boot source, or undefined: the BIOS's own order. */
  source: string | undefined;
  /** Role of the boot configuration: 0 next, 1 next and single use, 2 default. */
  role: number;
  /** Boots of the PC when the source was set: a single use is over once there are more. */
  atBoots: number;
  /** The source that the last boot used. */
  lastUsed: string | undefined;
}

const overrides = new WeakMap<Device, BootOverride>();

/** The present override of a device, brought up to date. */
export function bootOverride({ device, nowMs }: Pick<ClassContext, 'device' | 'nowMs'>): BootOverride {
  const { power } = device;
  settle(power, nowMs);
  let override = overrides.get(device);
  if (!override) {
    override = { source: undefined, role: 0, atBoots: power.boots, lastUsed: undefined };
    overrides.set(device, override);
  }
  if (power.boots > override.atBoots) {
    override.atBoots = power.boots;
    override.lastUsed = override.source;
    if (override.role === 1) override.source = undefined;
  }
  return override;
}

/** What the BIOS offers. Properties, order and values as recorded. `[capture]` */
export const bootCapabilities: ClassDefinition = {
  name: 'AMT_BootCapabilities',
  keys: ['InstanceID'],
  hasDatetime: false,
  read: () => [
    {
      properties: [
        ['BIOSPause', false],
        ['BIOSReflash', true],
        ['BIOSSecureBoot', true],
        ['BIOSSetup', true],
        ['ConfigurationDataReset', false],
        ['ElementName', 'Intel(r) AMT: Boot Capabilities'],
        ['ForceCDorDVDBoot', true],
        ['ForceDiagnosticBoot', false],
        ['ForceHardDriveBoot', true],
        ['ForceHardDriveSafeModeBoot', false],
        ['ForcePXEBoot', true],
        ['ForcedProgressEvents', true],
        ['IDER', true],
        ['InstanceID', 'Intel(r) AMT:BootCapabilities 0'],
        ['KeyboardLock', true],
        ['PowerButtonLock', false],
        ['ResetButtonLock', false],
        ['SOL', true],
        ['SecureErase', false],
        ['SleepButtonLock', false],
        ['UserPasswordBypass', true],
        ['VerbosityQuiet', false],
        ['VerbosityScreenBlank', false],
        ['VerbosityVerbose', false],
      ],
    },
  ],
};

/**
 * Options of the next boot. Properties, order and values as recorded `[capture]`. A Put that echoes the read-only
 * ones is refused: MeshCmd and the Ansible collection james-crowley/intel_amt strip them because newer firmware does
 * so.
 */
export const bootSettingData: ClassDefinition = createWritable({
  name: 'AMT_BootSettingData',
  keys: ['InstanceID'],
  hasDatetime: false,
  initial: () => [
    {
      properties: [
        ['BIOSLastStatus', [2, 0]],
        ['BIOSPause', false],
        ['BIOSSetup', false],
        ['BootMediaIndex', 0],
        ['BootguardStatus', 127],
        ['ConfigurationDataReset', false],
        ['ElementName', 'Intel(r) AMT Boot Configuration Settings'],
        ['EnforceSecureBoot', false],
        ['FirmwareVerbosity', 0],
        ['ForcedProgressEvents', false],
        ['IDERBootDevice', 0],
        ['InstanceID', 'Intel(r) AMT:BootSettingData 0'],
        ['LockKeyboard', false],
        ['LockPowerButton', false],
        ['LockResetButton', false],
        ['LockSleepButton', false],
        ['OptionsCleared', true],
        ['OwningEntity', 'Intel(r) AMT'],
        ['PlatformErase', false],
        ['RPEEnabled', true],
        ['RSEPassword', ''],
        ['ReflashBIOS', false],
        ['SecureBootControlEnabled', true],
        ['SecureErase', false],
        ['UEFIHTTPSBootEnabled', true],
        ['UEFILocalPBABootEnabled', true],
        ['UefiBootNumberOfParams', 0],
        ['UseIDER', false],
        ['UseSOL', false],
        ['UseSafeMode', false],
        ['UserPasswordBypass', false],
        ['WinREBootEnabled', true],
      ],
    },
  ],
  readOnly: ['ElementName', 'InstanceID', 'OwningEntity', 'RPEEnabled', 'RSEPassword'],
  refused: [
    'BIOSLastStatus',
    'BootguardStatus',
    'OptionsCleared',
    'SecureBootControlEnabled',
    'UEFIHTTPSBootEnabled',
    'UEFILocalPBABootEnabled',
    'UefiBootParametersArray',
    'WinREBootEnabled',
  ],
  modelOrder:
    'InstanceID ElementName OwningEntity UseSOL UseSafeMode ReflashBIOS BIOSSetup BIOSPause LockPowerButton ' +
    'LockResetButton LockKeyboard LockSleepButton UserPasswordBypass ForcedProgressEvents FirmwareVerbosity ' +
    'ConfigurationDataReset IDERBootDevice UseIDER EnforceSecureBoot BootMediaIndex SecureErase PlatformErase ' +
    'RSEPassword RPEEnabled UefiBootNumberOfParams',
});

/** ReturnValue for a reference or role that means nothing. `[class model]`, when it is used `[guess]` */
const invalidParameter = 5;

/** Gives the boot configuration its role. `[capture]` */
export const bootService: ClassDefinition = {
  name: 'CIM_BootService',
  keys: ['CreationClassName', 'Name', 'SystemCreationClassName', 'SystemName'],
  hasDatetime: true,
  read: () => [
    {
      properties: [
        ['CreationClassName', 'CIM_BootService'],
        ['ElementName', 'Intel(r) AMT Boot Service'],
        ['EnabledState', 2],
        ['Name', 'Intel(r) AMT Boot Service'],
        ['OperationalStatus', [0]],
        ['RequestedState', 12],
        ['SystemCreationClassName', 'CIM_ComputerSystem'],
        ['SystemName', 'Intel(r) AMT'],
      ],
    },
  ],
  methods: {
    SetBootConfigRole: {
      arguments: [
        { name: 'BootConfigSetting', type: 'reference' },
        { name: 'Role', type: 'number' },
      ],
      invoke(context, given) {
        const setting = readReference(given.get('BootConfigSetting')?.[0]);
        const role = numberArgument(given, 'Role');
        if (setting?.selectors.get('InstanceID') !== configurationId || !(role >= 0 && role <= 2)) {
          return invalidParameter;
        }
        bootOverride(context).role = role;
        return 0;
      },
    },
  },
};

const configurationId = 'Intel(r) AMT: Boot Configuration 0';

/** The boot configuration: `[capture]`. A missing Source clears the order, an empty one violates the schema. */
export const bootConfigSetting: ClassDefinition = {
  name: 'CIM_BootConfigSetting',
  keys: ['InstanceID'],
  hasDatetime: false,
  read: () => [
    {
      properties: [
        ['ElementName', 'Intel(r) AMT: Boot Configuration'],
        ['InstanceID', configurationId],
      ],
    },
  ],
  methods: {
    ChangeBootOrder: {
      arguments: [{ name: 'Source', type: 'reference', repeated: true }],
      invoke(context, given) {
        const reference = readReference(given.get('Source')?.[0]);
        const id = reference?.selectors.get('InstanceID');
        const known = sources.some(([source]) => source === id);
        if (reference && !(known && reference.resource === resourceUri('CIM_BootSourceSetting'))) {
          return invalidParameter;
        }
        Object.assign(bootOverride(context), { source: id });
        return 0;
      },
    },
  },
};

const sources = [
  ['Intel(r) AMT: Force Hard-drive Boot', 'CIM:Hard-Disk:1'],
  ['Intel(r) AMT: Force PXE Boot', 'CIM:Network:1'],
  ['Intel(r) AMT: Force CD/DVD Boot', 'CIM:CD/DVD:1'],
] as const;

/** What can be booted from. `[capture]` */
export const bootSourceSetting: ClassDefinition = {
  name: 'CIM_BootSourceSetting',
  keys: ['InstanceID'],
  hasDatetime: false,
  read: () =>
    sources.map(([instanceId, bootString]) => ({
      properties: [
        ['ElementName', 'Intel(r) AMT: Boot Source'],
        ['FailThroughSupported', 2],
        ['InstanceID', instanceId],
        ['StructuredBootString', bootString],
      ],
    })),
};
