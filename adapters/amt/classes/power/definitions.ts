import { serviceFields } from '../../model/bases.ts';
import { defineClass, method } from '../../model/class-definition.ts';
import { stateChangeReturns } from '../../model/return-values.ts';

/** Power control. */
export const powerServiceClass = defineClass('CIM_PowerManagementService', {
  fields: serviceFields,
  methods: {
    RequestPowerStateChange: method({
      in: { PowerState: 'number', ManagedElement: 'reference', Time: 'time', TimeoutPeriod: 'time' },
      optional: ['PowerState', 'ManagedElement', 'Time', 'TimeoutPeriod'],
      returns: stateChangeReturns,
    }),
  },
});

/** The power state. */
export const powerStateClass = defineClass('CIM_AssociatedPowerManagementService', {
  fields: {
    AvailableRequestedPowerStates: 'number[]',
    OtherPowerState: 'text',
    OtherRequestedPowerState: 'text',
    PowerOnTime: 'time',
    PowerState: 'number',
    RequestedPowerState: 'number',
    ServiceProvided: 'reference',
    TransitioningToPowerState: 'number',
    UserOfService: 'reference',
  },
});

/** Power saving of the operating system. */
export const osPowerClass = defineClass('IPS_PowerManagementService', {
  fields: {
    ...serviceFields,
    OSPowerSavingState: 'number',
  },
  methods: {
    RequestOSPowerSavingStateChange: method({
      in: { OSPowerSavingState: 'number', ManagedElement: 'reference', Time: 'time', TimeoutPeriod: 'time' },
      optional: ['OSPowerSavingState', 'ManagedElement', 'Time', 'TimeoutPeriod'],
      returns: stateChangeReturns,
    }),
  },
});
