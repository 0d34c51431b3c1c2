import { settle } from '../../power.ts';
import { resourceUri } from '../../protocol/namespaces.ts';
import { needsConsent, userConsentRequired } from '../access/opt-in.ts';
import type { ClassContext, ClassDefinition } from '../class-definition.ts';
import { numberArgument } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { realm } from '../realms.ts';
import { instanceIdOf, readReference, serviceKeys } from '../references.ts';
import { bootAuditData } from './boot-settings.ts';

/** ReturnValue for a reference or role that means nothing. `[class model]`, when it is used `[guess]` */
const invalidParameter = 5;

/** Who may prepare a boot is who may start it. */
const realms = { read: [realm.remoteControl, realm.generalInfo], write: [realm.remoteControl] };

/** What the BIOS offers. Properties, order and values as recorded. `[capture]` */
export const bootCapabilities: ClassDefinition = {
  name: 'AMT_BootCapabilities',
  keys: ['InstanceID'],
  hasDatetime: false,
  realms,
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

const configurationId = 'Intel(r) AMT: Boot Configuration 0';

/** Gives the boot configuration its role. `[capture]` Firmware sets the boot options with it, and logs it. `[guess]` */
export const bootService: ClassDefinition = {
  name: 'CIM_BootService',
  keys: serviceKeys,
  hasDatetime: true,
  realms,
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
      input: 'BootConfigSetting:reference! Role:uint16!',
      invoke(context, given) {
        const role = numberArgument(given, 'Role');
        const id = instanceIdOf(given, 'BootConfigSetting', 'CIM_BootConfigSetting');
        if (id !== configurationId || role > 2) return invalidParameter;
        settle(context.device.power, context.nowMs);
        context.device.power.next.role = role;
        return 0;
      },
    },
  },
};

/** The boot configuration: `[capture]`. A missing Source clears the order, an empty one violates the schema. */
export const bootConfigSetting: ClassDefinition = {
  name: 'CIM_BootConfigSetting',
  keys: ['InstanceID'],
  hasDatetime: false,
  realms,
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
      input: 'Source:reference[]',
      invoke(context, given) {
        const reference = readReference(given.get('Source')?.[0]);
        const id = reference?.selectors.get('InstanceID');
        if (reference && !(isSource(id) && reference.resource === resourceUri('CIM_BootSourceSetting'))) {
          return invalidParameter;
        }
        return setSource(context, id);
      },
    },
  },
};

/** Clearing is not logged, so that it works whatever the log says. `[guess]` */
function setSource(context: ClassContext, id: string | undefined): number {
  const { power } = context.device;
  settle(power, context.nowMs);
  if (id !== undefined && needsConsent(context)) return userConsentRequired;
  const refusal = id === undefined ? undefined : refusedByAudit(context, 1704, bootAuditData(id, power.next.flags));
  if (refusal !== undefined) return refusal;
  power.next.source = id;
  return 0;
}

const sources = [
  ['Intel(r) AMT: Force Hard-drive Boot', 'CIM:Hard-Disk:1'],
  ['Intel(r) AMT: Force PXE Boot', 'CIM:Network:1'],
  ['Intel(r) AMT: Force CD/DVD Boot', 'CIM:CD/DVD:1'],
] as const;

const isSource = (id: string | undefined): boolean => sources.some(([source]) => source === id);

/** What can be booted from. `[capture]` */
export const bootSourceSetting: ClassDefinition = {
  name: 'CIM_BootSourceSetting',
  keys: ['InstanceID'],
  hasDatetime: false,
  realms,
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
