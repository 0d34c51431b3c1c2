import { settle } from '../../power.ts';
import { needsConsent, userConsentRequired } from '../access/opt-in.ts';
import type { ClassContext } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { perDevice } from '../per-device.ts';
import { realm } from '../realms.ts';
import { createWritable, type Values } from '../writable.ts';

/** Boots of the PC when the options were last written: one more, and they are over. */
const writtenAt = perDevice<{ boots: number; isCleared: boolean }>(() => ({ boots: 0, isCleared: true }));

/**
 * Options of the next boot. Properties, order and values as recorded `[capture]`; those of one-click recovery from AMT
 * 16 on, of erasing from 11 on `[guess]`. A Put that echoes the read-only ones is refused: MeshCmd and the Ansible
 * collection james-crowley/intel_amt strip them because newer firmware does so. The options are gone after the boot
 * `[guide]`.
 */
export const bootSettingData = createWritable({
  name: 'AMT_BootSettingData',
  keys: ['InstanceID'],
  realms: { read: [realm.remoteControl, realm.generalInfo], write: [realm.remoteControl] },
  refresh,
  initial: ({ device }) => [
    {
      ...(device.persona.generation >= 11 ? { BIOSLastStatus: [2, 0] } : {}),
      BIOSPause: false,
      BIOSSetup: false,
      BootMediaIndex: 0,
      ...(device.persona.generation >= 12 ? { BootguardStatus: 127 } : {}),
      ConfigurationDataReset: false,
      ElementName: 'Intel(r) AMT Boot Configuration Settings',
      EnforceSecureBoot: false,
      FirmwareVerbosity: 0,
      ForcedProgressEvents: false,
      IDERBootDevice: 0,
      InstanceID: 'Intel(r) AMT:BootSettingData 0',
      LockKeyboard: false,
      LockPowerButton: false,
      LockResetButton: false,
      LockSleepButton: false,
      OptionsCleared: writtenAt(device).isCleared,
      OwningEntity: 'Intel(r) AMT',
      PlatformErase: false,
      RPEEnabled: true,
      RSEPassword: '',
      ReflashBIOS: false,
      SecureErase: false,
      ...(device.persona.generation >= 15
        ? {
            SecureBootControlEnabled: true,
            UEFIHTTPSBootEnabled: true,
            UEFILocalPBABootEnabled: true,
            UefiBootNumberOfParams: 0,
            WinREBootEnabled: true,
          }
        : {}),
      UseIDER: false,
      UseSOL: false,
      UseSafeMode: false,
      UserPasswordBypass: false,
    },
  ],
  schema:
    'InstanceID:string= ElementName:string= OwningEntity:string= UseSOL:boolean! UseSafeMode:boolean! ' +
    'ReflashBIOS:boolean! BIOSSetup:boolean! BIOSPause:boolean! LockPowerButton:boolean! LockResetButton:boolean! ' +
    'LockKeyboard:boolean! LockSleepButton:boolean! UserPasswordBypass:boolean! ForcedProgressEvents:boolean! ' +
    'FirmwareVerbosity:uint8! ConfigurationDataReset:boolean! IDERBootDevice:uint8! UseIDER:boolean! ' +
    'EnforceSecureBoot:boolean BootMediaIndex:uint16! SecureErase:boolean! PlatformErase:boolean RSEPassword:string ' +
    'OptionsCleared:boolean- BIOSLastStatus:uint16[]- WinREBootEnabled:boolean- UEFILocalPBABootEnabled:boolean- ' +
    'UEFIHTTPSBootEnabled:boolean- SecureBootControlEnabled:boolean- RPEEnabled:boolean BootguardStatus:uint32- ' +
    'UefiBootNumberOfParams:uint32 UefiBootParametersArray:base64-',
  writing,
});

function refresh({ device, nowMs }: ClassContext): void {
  const { power } = device;
  settle(power, nowMs);
  const written = writtenAt(device);
  if (power.boots <= written.boots) return;
  written.boots = power.boots;
  written.isCleared = true;
  bootSettingData.forget(device);
}

function writing(context: ClassContext, after: Values): number | undefined {
  const { device } = context;
  const flags = [...after].filter(([name, value]) => value === true && optionNames.has(name)).map(([name]) => name);
  const { power } = device;
  const data = bootAuditData(power.next.source, flags);
  if (flags.length > 0 && needsConsent(context)) return userConsentRequired;
  const refusal = flags.length > 0 ? refusedByAudit(context, 1704, data) : undefined;
  if (refusal !== undefined) return refusal;
  power.next.flags = flags;
  writtenAt(device).isCleared = false;
  writtenAt(device).boots = power.boots;
  return undefined;
}

const optionNames = new Set(
  (
    'UseSOL UseSafeMode ReflashBIOS BIOSSetup BIOSPause LockPowerButton LockResetButton LockKeyboard LockSleepButton ' +
    'UserPasswordBypass ForcedProgressEvents ConfigurationDataReset UseIDER EnforceSecureBoot SecureErase PlatformErase'
  ).split(' '),
);

/** Special commands of the boot options by boot source: ASF 2.0, as intel/lms names them. `[class model]` */
const specialCommands: Readonly<Record<string, number>> = {
  'Intel(r) AMT: Force PXE Boot': 1,
  'Intel(r) AMT: Force Hard-drive Boot': 2,
  'Intel(r) AMT: Force CD/DVD Boot': 5,
};

/** Bits of the two masks of boot options: ASF 2.0. That audit records use them is a `[guess]`. */
const masks: readonly (readonly [flag: string, first: number, second: number])[] = [
  ['LockPowerButton', 0x02, 0],
  ['LockResetButton', 0x04, 0],
  ['LockKeyboard', 0x20, 0],
  ['LockSleepButton', 0x40, 0],
  ['UserPasswordBypass', 0, 0x08],
  ['ForcedProgressEvents', 0, 0x10],
  ['ConfigurationDataReset', 0, 0x80],
];

/** Extended data of remote-control events: special command, its parameter, two masks, two bytes of the maker. */
export function bootAuditData(source: string | undefined, flags: readonly string[]): Buffer {
  const data = Buffer.alloc(7);
  data[0] = specialCommands[source ?? ''] ?? 0;
  for (const [flag, first, second] of masks) {
    if (!flags.includes(flag)) continue;
    data[3] = (data[3] ?? 0) | first;
    data[4] = (data[4] ?? 0) | second;
  }
  return data;
}
