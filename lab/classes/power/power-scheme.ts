import type { Device } from '../../device.ts';
import type { ClassContext, ClassDefinition, Instance } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { perDevice } from '../per-device.ts';
import { realm } from '../realms.ts';
import { managedSystem } from '../references.ts';

/** One power package. */
interface Scheme {
  readonly description: string;
  /** 16 bytes, hex. */
  readonly guid: string;
  /** The ME runs, or can be woken, while the PC is off or asleep. */
  readonly isOnInSx: boolean;
}

/**
 * All power packages: names and GUIDs from intel/lms; the texts of the first mobile one and of the last but two are
 * recorded `[capture]`, the others made after them `[guess]`.
 */
const mobile: readonly Scheme[] = [
  scheme('Mobile: ON in S0', '763997110B56504388709812F391B560', false),
  scheme('Mobile: ON in S0, S3 (AC only)', '26D31C768708C74BBB5F38744315A5FF', true),
  scheme('Mobile: ON in S0, S3, S4-5 (AC only)', '530E08DB6C0FD948B2D28958D3F1156E', true),
  scheme('Mobile: ON in S0, ME Wake in S3 (AC only)', '055DD5B64CA4874DA5A8B47C14DEDA5F', true),
  scheme('Mobile: ON in S0, ME Wake in S3, S4-5 (AC only)', '30800DEE09C07843AF287868A2DBBE3A', true),
];

const desktop: readonly Scheme[] = [
  scheme('Desktop: ON in S0', '944F8312FB104FDC968E1E232B0C9065', false),
  scheme('Desktop: ON in S0, S3', 'A18600AB9A7F4C42A6E6BB243A295D9E', true),
  scheme('Desktop: ON in S0, S3, S4-5', '7286ABAC96B448E29B9E9B7DF91C7FD4', true),
  scheme('Desktop: ON in S0, ME Wake in S3', '7B32CD4D6BBE4389A62A4D7BD8DBD026', true),
  scheme('Desktop: ON in S0, ME Wake in S3, S4-5', '7322734623DC432FA98A13D37982D855', true),
  scheme('Desktop: ON in S0, S3, S4-5, OFF After Power Loss', 'C519A4BA6E6F8D4DB227517F7E4595DB', true),
  scheme('Desktop: ON in S0, ME Wake in S3, S4-5, OFF After Power Loss', 'D60BE3ED04C52C46B772D18018EE2FC4', true),
];

function scheme(description: string, guid: string, isOnInSx: boolean): Scheme {
  return { description, guid, isOnInSx };
}

/** Every third PC is a desktop. */
const isDesktop = (device: Device): boolean => device.index % 3 === 2;

/**
 * The schemes a device offers. Newer firmware has two: off and on with ME wake, as recorded from a mobile `[capture]`;
 * that it does since AMT 10 is a `[guess]`.
 */
function schemesOf(device: Device): readonly Scheme[] {
  const all = isDesktop(device) ? desktop : mobile;
  if (device.persona.generation < 10) return all;
  return all.filter(({ description }) => /: ON in S0(, ME Wake in S3, S4-5( \(AC only\))?)?$/.test(description));
}

/** The scheme in force; a device keeps the ME on unless the fault low-power-package says otherwise. */
export const currentScheme = perDevice<{ at: number }>((device) => {
  const schemes = schemesOf(device);
  return { at: device.power.meInSx ? schemes.length - 1 : 0 };
});

/** Name of the scheme in force. */
export const currentSchemeName = (device: Device): string =>
  schemesOf(device)[currentScheme(device).at]?.description ?? '';

const base64 = (guid: string): string => Buffer.from(guid, 'hex').toString('base64');
const instanceId = (at: number): string => `SCHEME ${at}`;

/** PT_STATUS_INVALID_PARAMETER for selectors that mean no scheme. `[guess]` */
const invalidParameter = 36;

/**
 * Whether the management engine runs while the PC sleeps. SetPowerScheme has no input: the selectors name the scheme
 * `[class model]`; clients in use give the InstanceID alone (MeshCentral) or both.
 */
export const systemPowerScheme: ClassDefinition = {
  name: 'AMT_SystemPowerScheme',
  keys: ['InstanceID', 'SchemeGUID'],
  hasDatetime: false,
  realms: { read: [realm.generalInfo] },
  read: ({ device }) =>
    schemesOf(device).map(({ description, guid }, at) => ({
      properties: [
        ['Description', description],
        ['ElementName', 'Intel(r) AMT Power Scheme'],
        ['InstanceID', instanceId(at)],
        ['SchemeGUID', base64(guid)],
      ],
    })),
  methods: {
    SetPowerScheme: {
      input: '',
      writes: true,
      invoke(context, _given, selectors) {
        const { device } = context;
        const [id, guid] = [selectors.get('InstanceID'), selectors.get('SchemeGUID')];
        const schemes = schemesOf(device);
        const at = schemes.findIndex(
          (one, n) => (id === undefined || id === instanceId(n)) && (guid === undefined || guid === base64(one.guid)),
        );
        const chosen = schemes[at];
        if (!chosen || (id === undefined && guid === undefined)) return invalidParameter;
        const refusal = refusedByAudit(context, 1616, Buffer.from(chosen.guid, 'hex'));
        if (refusal !== undefined) return refusal;
        currentScheme(device).at = at;
        device.power.meInSx = chosen.isOnInSx;
        return 0;
      },
    },
  },
};

/** Values of IsCurrent, IsDefault and IsNext. `[class model]` */
const is = { true: 1, false: 2 } as const;

/**
 * Which scheme is in force and whether the boot configuration is for the next boot: the only place where either can
 * be read. `[guide]` The properties that are filled are a `[guess]`.
 */
export const elementSettingData: ClassDefinition = {
  name: 'CIM_ElementSettingData',
  keys: ['ManagedElement', 'SettingData'],
  hasDatetime: false,
  realms: { read: [realm.generalInfo, realm.remoteControl] },
  read: (context) => [...schemeAssociations(context), bootAssociation(context)],
};

function schemeAssociations({ device }: ClassContext): Instance[] {
  const current = currentScheme(device).at;
  return schemesOf(device).map(({ guid }, at) => ({
    properties: [
      ['IsCurrent', at === current ? is.true : is.false],
      ['ManagedElement', managedSystem],
      [
        'SettingData',
        {
          className: 'AMT_SystemPowerScheme',
          selectors: { InstanceID: instanceId(at), SchemeGUID: base64(guid) },
        },
      ],
    ],
  }));
}

function bootAssociation({ device }: ClassContext): Instance {
  const { source, flags } = device.power.next;
  return {
    properties: [
      ['IsNext', source !== undefined || flags.length > 0 ? is.true : is.false],
      ['ManagedElement', managedSystem],
      [
        'SettingData',
        { className: 'CIM_BootConfigSetting', selectors: { InstanceID: 'Intel(r) AMT: Boot Configuration 0' } },
      ],
    ],
  };
}
