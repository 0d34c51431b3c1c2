import type { ClassContext, ClassDefinition } from '../class-definition.ts';
import { numberArgument } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { realm } from '../realms.ts';
import { serviceKeys } from '../references.ts';
import { createWritable } from '../writable.ts';

/** ReturnValue of RequestStateChange: 1 not supported, 5 invalid parameter. `[class model]` */
const returns = { completed: 0, notSupported: 1, invalidParameter: 5 } as const;

const realms = { read: [realm.generalInfo, realm.redirection], write: [realm.redirection] };

/** Bits of EnabledState above 32768: IDE redirection and serial over LAN. `[class model]` */
const redirectionOff = 32_768;
const ider = 1;
const sol = 2;

/**
 * Storage redirection and serial over LAN. Properties and order as recorded `[capture]`; only whether they are
 * allowed is simulated, not the sessions.
 */
export const redirectionService = createWritable({
  name: 'AMT_RedirectionService',
  keys: serviceKeys,
  hasDatetime: true,
  realms,
  initial: () => [
    {
      CreationClassName: 'AMT_RedirectionService',
      ElementName: 'Intel(r) AMT Redirection Service',
      EnabledState: redirectionOff | ider | sol,
      ListenerEnabled: true,
      Name: 'Intel(r) AMT Redirection Service',
      SystemCreationClassName: 'CIM_ComputerSystem',
      SystemName: 'Intel(r) AMT',
    },
  ],
  // EnabledState may be put too: MeshCentral switches redirection on that way.
  schema:
    'ElementName:string= SystemCreationClassName:string= SystemName:string= CreationClassName:string= Name:string= ' +
    'ListenerEnabled:boolean AccessLog:string[]= EnabledState:uint16',
  writing(context, after) {
    const state = Number(after.get('EnabledState'));
    return isRedirectionState(state) ? auditRedirection(context, state) : returns.invalidParameter;
  },
  methods: {
    RequestStateChange: {
      input: 'RequestedState:uint16 TimeoutPeriod:datetime',
      writes: true,
      invoke(context, given) {
        const state = numberArgument(given, 'RequestedState');
        if (!isRedirectionState(state)) return returns.invalidParameter;
        const refusal = auditRedirection(context, state);
        if (refusal !== undefined) return refusal;
        redirectionService.assign(context, { EnabledState: state });
        return returns.completed;
      },
    },
    TerminateSession: {
      input: 'SessionType:uint32',
      // There is never a session to end. [guess]
      invoke: (_context, given) =>
        numberArgument(given, 'SessionType') <= 1 ? returns.completed : returns.invalidParameter,
    },
  },
});

const isRedirectionState = (state: number): boolean =>
  state >= redirectionOff && state <= (redirectionOff | ider | sol);

/** Enabled and disabled, of each that changed. */
function auditRedirection(context: ClassContext, state: number): number | undefined {
  const before = Number(redirectionService.values(context)[0]?.get('EnabledState'));
  const events = [
    [ider, 1802, 1803],
    [sol, 1806, 1807],
  ] as const;
  for (const [bit, whenOn, whenOff] of events) {
    if ((before & bit) === (state & bit)) continue;
    const refusal = refusedByAudit(context, (state & bit) === 0 ? whenOff : whenOn);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** EnabledState: 2 enabled, 3 disabled, 6 enabled but nobody connected. `[class model]` */
const kvmState = { enabled: 2, disabled: 3, offline: 6 } as const;

/** Keyboard, video and mouse. Properties and order as recorded `[capture]`; RequestedState 5: no change asked for. */
export const kvmRedirectionSap = createWritable({
  name: 'CIM_KVMRedirectionSAP',
  keys: serviceKeys,
  hasDatetime: true,
  since: 6,
  realms,
  initial: () => [
    {
      CreationClassName: 'CIM_KVMRedirectionSAP',
      ElementName: 'KVM Redirection Service Access Point',
      EnabledState: kvmState.offline,
      KVMProtocol: 4,
      Name: 'KVM Redirection Service Access Point',
      RequestedState: 5,
      SystemCreationClassName: 'CIM_ComputerSystem',
      SystemName: 'ManagedSystem',
    },
  ],
  schema:
    'ElementName:string= RequestedState:uint16= EnabledState:uint16= SystemCreationClassName:string= ' +
    'SystemName:string= CreationClassName:string= Name:string= KVMProtocol:uint16=',
  methods: {
    RequestStateChange: {
      input: 'RequestedState:uint16 TimeoutPeriod:datetime',
      writes: true,
      invoke(context, given) {
        const wanted = numberArgument(given, 'RequestedState');
        if (wanted !== kvmState.enabled && wanted !== kvmState.disabled) return returns.notSupported;
        const state = wanted === kvmState.enabled ? kvmState.offline : kvmState.disabled;
        const isChanged = kvmRedirectionSap.values(context)[0]?.get('EnabledState') !== state;
        const refusal = isChanged ? refusedByAudit(context, wanted === kvmState.enabled ? 1810 : 1811) : undefined;
        if (refusal !== undefined) return refusal;
        kvmRedirectionSap.assign(context, { EnabledState: state, RequestedState: wanted });
        return returns.completed;
      },
    },
  },
});

/** Settings of KVM. Properties and order as recorded `[capture]`; the password is never shown, but its element is. */
export const kvmRedirectionSettings = createWritable({
  name: 'IPS_KVMRedirectionSettingData',
  keys: ['InstanceID'],
  since: 6,
  realms,
  initial: () => [
    {
      BackToBackFbMode: false,
      DefaultScreen: 0,
      ElementName: 'Intel(r) KVM Redirection Settings',
      EnabledByMEBx: true,
      InstanceID: 'Intel(r) KVM Redirection Settings',
      Is5900PortEnabled: false,
      OptInPolicy: true,
      OptInPolicyTimeout: 300,
      SessionTimeout: 3,
    },
  ],
  alwaysShown: { RFBPassword: '' },
  schema:
    'InstanceID:string= ElementName:string= EnabledByMEBx:boolean= BackToBackFbMode:boolean ' +
    'Is5900PortEnabled:boolean OptInPolicy:boolean OptInPolicyTimeout:uint16 SessionTimeout:uint16 ' +
    'RFBPassword:string* DefaultScreen:uint8 DoubleBufferEnabled:boolean DoubleBufferActive:boolean= ' +
    'ZlibControlSupported:boolean= GrayscalePixelFormatSupported:boolean= InitialDecimationModeForLowRes:uint8',
  writing(context, after, before) {
    const password = String(after.get('RFBPassword') ?? '');
    const isNew = password !== '' && password !== before.get('RFBPassword');
    // Eight characters, no more and no less: the RFB protocol. [guide]
    if (isNew && password.length !== 8) return 2054;
    return isNew ? refusedByAudit(context, 2902) : undefined;
  },
  methods: { TerminateSession: { input: '', invoke: () => returns.completed } },
});

/** The service behind KVM. `[capture]` */
export const cimRedirectionService: ClassDefinition = {
  name: 'CIM_RedirectionService',
  keys: serviceKeys,
  hasDatetime: true,
  since: 6,
  realms,
  read: (context) => {
    const isDisabled = kvmRedirectionSap.values(context)[0]?.get('EnabledState') === kvmState.disabled;
    return [
      {
        properties: [
          ['CreationClassName', 'CIM_RedirectionService'],
          ['ElementName', 'Intel(r) ME KVM Redirection Service'],
          ['EnabledState', isDisabled ? kvmState.disabled : kvmState.enabled],
          ['MaxCurrentEnabledSAPs', 1],
          ['Name', 'Intel(r) AMT KVM Redirection Service'],
          ['RedirectionServiceType', [3]],
          ['RequestedState', 12],
          ['SharingMode', 3],
          ['SystemCreationClassName', 'CIM_ComputerSystem'],
          ['SystemName', 'Intel(r) AMT'],
        ],
      },
    ];
  },
};
