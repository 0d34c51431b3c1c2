import { availableStates, powerReturn, requestPower, settle } from '../../power.ts';
import { resourceUri } from '../../protocol/namespaces.ts';
import type { Arguments, ClassContext, ClassDefinition, Instance, Reference } from '../class-definition.ts';
import { numberArgument } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { realm } from '../realms.ts';
import { managedSystem, readReference, serviceKeys, serviceSelectors } from '../references.ts';
import { bootAuditData } from './boot-settings.ts';

const serviceName = 'Intel(r) AMT Power Management Service';

const powerService: Reference = {
  className: 'CIM_PowerManagementService',
  selectors: serviceSelectors('CIM_PowerManagementService', serviceName),
};

const realms = { read: [realm.remoteControl, realm.generalInfo], write: [realm.remoteControl] };

/** Property names and order as recorded. `[capture]` */
function associatedService({ device, nowMs }: ClassContext): Instance {
  const { power } = device;
  settle(power, nowMs);
  power.reads += 1;
  return {
    className: 'CIM_AssociatedPowerManagementService',
    properties: [
      ['AvailableRequestedPowerStates', availableStates(power)],
      ['PowerState', power.state],
      ['ServiceProvided', powerService],
      ['UserOfService', managedSystem],
    ],
  };
}

/** State of the PC. `[capture]` */
export const associatedPowerManagementService: ClassDefinition = {
  name: 'CIM_AssociatedPowerManagementService',
  keys: ['ServiceProvided', 'UserOfService'],
  hasDatetime: true,
  realms,
  read: (context) => [associatedService(context)],
};

/** The same association by the name of its base class; pulled items carry the subclass. `[capture]` */
export const serviceAvailableToElement: ClassDefinition = {
  name: 'CIM_ServiceAvailableToElement',
  keys: ['ServiceProvided', 'UserOfService'],
  hasDatetime: true,
  realms,
  read: (context) => [associatedService(context)],
};

const serviceProperties = (className: string): Instance['properties'] => [
  ['CreationClassName', className],
  ['ElementName', serviceName],
  ['EnabledState', 5],
  ['Name', serviceName],
  ['RequestedState', 12],
  ['SystemCreationClassName', 'CIM_ComputerSystem'],
  ['SystemName', 'Intel(r) AMT'],
];

const meansManagedSystem = (given: Arguments): boolean => {
  const reference = readReference(given.get('ManagedElement')?.[0]);
  return (
    reference?.resource === resourceUri('CIM_ComputerSystem') && reference.selectors.get('Name') === 'ManagedSystem'
  );
};

/** Audit events of remote control by requested power state. intel/lms `[class model]` */
const auditEvents: Readonly<Record<number, number>> = {
  2: 1700,
  4: 1707,
  5: 1702,
  7: 1708,
  8: 1701,
  10: 1703,
  11: 1709,
  12: 1705,
  14: 1706,
};

/** Those that come with the boot options. */
const withBootOptions = [1700, 1702, 1703, 1706];

function auditOf({ device }: ClassContext, wanted: number): [id: number, extended: Buffer] {
  const id = auditEvents[wanted] ?? 0;
  const { source, flags } = device.power.next;
  return [id, withBootOptions.includes(id) ? bootAuditData(source, flags) : Buffer.alloc(0)];
}

/** Turns the PC on, off and round. Arguments and return values: intel/lms CIM classes. `[class model]` */
export const powerManagementService: ClassDefinition = {
  name: 'CIM_PowerManagementService',
  keys: serviceKeys,
  hasDatetime: true,
  realms,
  read: () => [{ properties: serviceProperties('CIM_PowerManagementService') }],
  methods: {
    RequestPowerStateChange: {
      input: 'PowerState:uint16 ManagedElement:reference Time:datetime TimeoutPeriod:datetime',
      invoke(context, given) {
        const { device, nowMs, timing } = context;
        if (!meansManagedSystem(given)) return powerReturn.invalidParameter;
        const wanted = numberArgument(given, 'PowerState');
        return requestPower(device.power, wanted, {
          permit: () => refusedByAudit(context, ...auditOf(context, wanted)),
          nowMs,
          timing,
          faults: device.faults,
          refusesSleep: device.persona.refusesSleep,
          seed: device.realm,
        });
      },
    },
  },
};

const fullPower = 2;
const powerSaving = 3;

/**
 * Modern Standby. OSPowerSavingState comes last `[capture]` and is left out while the PC is off (toolkit MPS issue
 * 2278, seen on AMT 15 and 18); that the request is refused then is a `[guess]`.
 */
export const osPowerManagementService: ClassDefinition = {
  name: 'IPS_PowerManagementService',
  since: 10,
  keys: serviceKeys,
  hasDatetime: true,
  realms,
  read({ device, nowMs }) {
    const { power } = device;
    settle(power, nowMs);
    const saving: Instance['properties'] =
      power.state === 2 ? [['OSPowerSavingState', power.saving ? powerSaving : fullPower]] : [];
    return [{ properties: [...serviceProperties('IPS_PowerManagementService'), ...saving] }];
  },
  methods: {
    RequestOSPowerSavingStateChange: {
      input: 'OSPowerSavingState:uint16 ManagedElement:reference Time:datetime TimeoutPeriod:datetime',
      invoke({ device, nowMs, timing }, given) {
        const { power } = device;
        settle(power, nowMs);
        const wanted = numberArgument(given, 'OSPowerSavingState');
        if (!meansManagedSystem(given) || (wanted !== fullPower && wanted !== powerSaving)) {
          return powerReturn.invalidParameter;
        }
        if (power.state !== 2) return powerReturn.notReady;
        if (wanted === powerSaving && !device.faults.has('modern-standby')) return powerReturn.notReady;
        const saving = wanted === powerSaving;
        if (power.saving !== saving) power.steps.push({ atMs: nowMs + timing.offMs, state: 2, saving });
        return powerReturn.completed;
      },
    },
  },
};

/** What the firmware can do, whatever the state. `[capture]` */
export const powerManagementCapabilities: ClassDefinition = {
  name: 'CIM_PowerManagementCapabilities',
  keys: ['InstanceID'],
  hasDatetime: false,
  realms,
  read: () => [
    {
      properties: [
        ['ElementName', 'Power Management Capabilities'],
        ['InstanceID', 'Intel(r) AMT:PowerManagementCapabilities 0'],
        ['OtherPowerChangeCapabilities', ''],
        ['PowerChangeCapabilities', [2, 3, 4, 7, 8]],
        ['PowerStatesSupported', [5, 8, 2, 10, 11, 12, 14]],
        ['RequestedPowerStatesSupported', [5, 8, 2, 10, 11, 12, 14]],
      ],
    },
  ],
};
