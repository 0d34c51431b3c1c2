import type { Device } from '../../device.ts';
import type { ClassDefinition } from '../class-definition.ts';
import { numberArgument } from '../class-definition.ts';
import { perDevice } from '../per-device.ts';
import { realm } from '../realms.ts';
import { serviceKeys } from '../references.ts';

const webUi = perDevice<{ isEnabled: boolean }>(() => ({ isEnabled: true }));

/** Whether the device's own web pages are served. */
export const hasWebUi = (device: Device): boolean => webUi(device).isEnabled;

const enabled = 2;
const disabled = 3;

/** ReturnValue 1, not supported. `[class model]` */
const notSupported = 1;

/**
 * The device's web pages. Method: intel/lms CIM classes `[class model]`; no reply of the class was published: its
 * properties are those of the other services, and that every generation has it, is a `[guess]`.
 */
export const webUiService: ClassDefinition = {
  name: 'AMT_WebUIService',
  keys: serviceKeys,
  hasDatetime: true,
  realms: { read: [realm.generalInfo] },
  read: ({ device }) => {
    const state = hasWebUi(device) ? enabled : disabled;
    return [
      {
        properties: [
          ['CreationClassName', 'AMT_WebUIService'],
          ['ElementName', 'Intel(r) AMT Web UI Service'],
          ['EnabledState', state],
          ['Name', 'Intel(r) AMT Web UI Service'],
          ['RequestedState', state],
          ['SystemCreationClassName', 'CIM_ComputerSystem'],
          ['SystemName', 'Intel(r) AMT'],
        ],
      },
    ];
  },
  methods: {
    RequestStateChange: {
      input: 'RequestedState:uint16 TimeoutPeriod:datetime',
      writes: true,
      invoke({ device }, given) {
        const wanted = numberArgument(given, 'RequestedState');
        if (wanted !== enabled && wanted !== disabled) return notSupported;
        webUi(device).isEnabled = wanted === enabled;
        return 0;
      },
    },
  },
};
