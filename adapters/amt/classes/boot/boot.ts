import type { AmtBoot, BootTarget } from '../../../../src/ports/amt/boot.ts';
import { AmtError } from '../../../../src/ports/amt.ts';
import type { Read } from '../../model/kinds.ts';
import type { EndpointReference } from '../../wsman/values.ts';
import type { Device } from '../device.ts';
import { orWhenMissing } from '../when-missing.ts';
import { bootCapabilitiesClass, bootConfigClass, bootServiceClass, bootSettingClass } from './definitions.ts';

const configuration: EndpointReference = {
  className: 'CIM_BootConfigSetting',
  selectors: { InstanceID: 'Intel(r) AMT: Boot Configuration 0' },
};

const source = (InstanceID: string): EndpointReference => ({
  className: 'CIM_BootSourceSetting',
  selectors: { InstanceID },
});

interface Way {
  /** What the PC boots from; null: no override of the order, a setting does it. */
  readonly source: EndpointReference | null;
  /** Property of AMT_BootCapabilities that says whether the PC can. */
  readonly needs: keyof Read<typeof bootCapabilitiesClass.fields> & string;
  readonly inWords: string;
}

const ways: Readonly<Record<BootTarget, Way>> = {
  pxe: { source: source('Intel(r) AMT: Force PXE Boot'), needs: 'ForcePXEBoot', inWords: 'boot from the network' },
  disk: {
    source: source('Intel(r) AMT: Force Hard-drive Boot'),
    needs: 'ForceHardDriveBoot',
    inWords: 'boot from its disk',
  },
  cd: { source: source('Intel(r) AMT: Force CD/DVD Boot'), needs: 'ForceCDorDVDBoot', inWords: 'boot from CD or DVD' },
  bios: { source: null, needs: 'BIOSSetup', inWords: 'open the BIOS set-up' },
};

/** CIM_BootService.SetBootConfigRole: the configuration is for the next boot only. */
const nextSingleUse = 1;

/** Everything an earlier override may have left behind, off. What the firmware does not have is not sent. */
const allOff = {
  BIOSPause: false,
  BIOSSetup: false,
  BootMediaIndex: 0,
  ConfigurationDataReset: false,
  FirmwareVerbosity: 0,
  ForcedProgressEvents: false,
  IDERBootDevice: 0,
  LockKeyboard: false,
  LockPowerButton: false,
  LockResetButton: false,
  LockSleepButton: false,
  PlatformErase: false,
  ReflashBIOS: false,
  SecureErase: false,
  UefiBootNumberOfParams: 0,
  UseIDER: false,
  UseSOL: false,
  UseSafeMode: false,
  UserPasswordBypass: false,
} as const;

/** Boot overrides by the five steps of Intel's guide ("Set or Disable Boot Settings and Options"). */
export function createBoot(device: Device): AmtBoot {
  async function checkPossible({ needs, inWords }: Way): Promise<void> {
    const capabilities = await orWhenMissing(device.get(bootCapabilitiesClass), null);
    if (capabilities === null || capabilities.values[needs] !== false) return;
    throw new AmtError('class_missing', [
      `AMT can not make this PC ${inWords}`,
      `AMT_BootCapabilities: ${needs} is false`,
    ]);
  }

  async function writeSettings(own: { readonly BIOSSetup?: boolean }): Promise<void> {
    const before = await device.get(bootSettingClass);
    // First without a source: with one still set from before, firmware refuses the settings.
    await device.call(bootConfigClass, 'ChangeBootOrder', {});
    const known = Object.entries(allOff).filter(([name]) => Object.hasOwn(before.values, name));
    await device.put(bootSettingClass, before, { ...Object.fromEntries(known), ...own });
  }

  return {
    setNext: (target) =>
      device.task(async () => {
        const way = ways[target];
        await checkPossible(way);
        await writeSettings({ BIOSSetup: target === 'bios' });
        await device.call(bootServiceClass, 'SetBootConfigRole', {
          BootConfigSetting: configuration,
          Role: nextSingleUse,
        });
        if (way.source !== null) await device.call(bootConfigClass, 'ChangeBootOrder', { Source: [way.source] });
      }),
    clear: () => device.task(() => writeSettings({})),
  };
}
