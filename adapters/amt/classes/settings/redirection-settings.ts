import type { ReadSettings } from '../../../../src/ports/amt/settings.ts';
import type { Device } from '../device.ts';
import { orWhenLacking } from '../when-missing.ts';
import { kvmClass, redirectionClass, webUiClass } from './definitions.ts';
import { defined, type SettingGroup } from './setting-group.ts';

const enabled = 2;
const disabled = 3;
/** CIM_KVMRedirectionSAP: allowed, and no session is open. */
const enabledButOffline = 6;

/** AMT_RedirectionService.EnabledState and RequestedState: 32768 plus 1 for storage redirection plus 2 for serial-over-LAN. */
const redirectionBase = 32_768;
const storageBit = 1;
const serialBit = 2;

async function readRedirection(device: Device): Promise<ReadSettings> {
  const redirection = await orWhenLacking(device.get(redirectionClass), null);
  const kvm = await orWhenLacking(device.get(kvmClass), null);
  const state = redirection?.values.EnabledState;
  const bits = state === undefined || state < redirectionBase ? 0 : state - redirectionBase;
  // What is enabled but not listened for can't be used.
  const listens = redirection?.values.ListenerEnabled === true;
  const kvmState = kvm?.values.EnabledState;
  return defined({
    serialOverLan: redirection === null ? undefined : listens && (bits & serialBit) !== 0,
    storageRedirection: redirection === null ? undefined : listens && (bits & storageBit) !== 0,
    kvm: kvmState === undefined ? undefined : kvmState === enabled || kvmState === enabledButOffline,
  });
}

/** Serial-over-LAN, storage redirection and KVM, which share one listener. */
export const redirectionGroup: SettingGroup = {
  names: ['serialOverLan', 'storageRedirection', 'kvm'],
  read: readRedirection,
  async write(device, changes) {
    const before = await readRedirection(device);
    const { serialOverLan, storageRedirection, kvm } = { ...before, ...changes };
    if (changes.kvm !== undefined) {
      await device.call(kvmClass, 'RequestStateChange', { RequestedState: changes.kvm ? enabled : disabled });
    }
    if (changes.serialOverLan !== undefined || changes.storageRedirection !== undefined) {
      const RequestedState = redirectionBase + (serialOverLan ? serialBit : 0) + (storageRedirection ? storageBit : 0);
      await device.call(redirectionClass, 'RequestStateChange', { RequestedState });
    }
    const ListenerEnabled = [serialOverLan, storageRedirection, kvm].includes(true);
    const redirection = await device.get(redirectionClass);
    if (redirection.values.ListenerEnabled !== ListenerEnabled) {
      await device.put(redirectionClass, redirection, { ListenerEnabled });
    }
  },
};

/** The device's own web page (AMT_WebUIService). */
export const webUiGroup: SettingGroup = {
  names: ['webUi'],
  async read(device) {
    const service = await orWhenLacking(device.get(webUiClass), null);
    const state = service?.values.EnabledState;
    return defined({ webUi: state === undefined ? undefined : state === enabled });
  },
  async write(device, { webUi }) {
    await device.call(webUiClass, 'RequestStateChange', { RequestedState: webUi ? enabled : disabled });
  },
};
