import type { AmtWifi, WifiMode, WifiProfile, WifiProfileInput, WifiSecurity } from '../../../../src/ports/amt/wifi.ts';
import { AmtError } from '../../../../src/ports/amt.ts';
import { refuseInput } from '../../errors.ts';
import type { Device, Instance } from '../device.ts';
import { certificateReference } from '../security/certificates.ts';
import { wifiIdentityClass, wifiPortClass, wifiProfileClass, wifiServiceClass } from './definitions.ts';
import { identityFields } from './identity-fields.ts';

/** CIM_WiFiEndpointSettings.AuthenticationMethod; WPA3 by Intel's vendor numbers. */
const securities: Readonly<Record<WifiSecurity, number>> = {
  'wpa-psk': 4,
  'wpa-802.1x': 5,
  'wpa2-psk': 6,
  'wpa2-802.1x': 7,
  'wpa3-sae': 32_768,
  'wpa3-owe': 32_769,
};
const securityNames = new Map<number, WifiSecurity>(
  Object.entries(securities).flatMap(([name, number]) => (isSecurity(name) ? [[number, name] as const] : [])),
);
/** CIM_WiFiEndpointSettings.EncryptionMethod. */
const encryptions = { tkip: 3, ccmp: 4 } as const;
/** CIM_WiFiPort.RequestedState (Intel AMT guide). */
const modes: Readonly<Record<WifiMode, number>> = { off: 3, s0: 32_768, 's0-sx-ac': 32_769 };
/** AMT_WiFiPortConfigurationService.localProfileSynchronizationEnabled. */
const syncs = { off: 0, user: 1, unrestricted: 3 } as const;
const maxNameLength = 32;
const idPrefix = 'Intel(r) AMT:WiFi Endpoint Settings ';

const endpoint = { className: 'CIM_WiFiEndpoint', selectors: { Name: 'WiFi Endpoint 0' } } as const;
const reference = (handle: string | undefined) => (handle === undefined ? undefined : certificateReference(handle));
const idOf = (name: string): string => `${idPrefix}${name}`;

function isSecurity(name: string): name is WifiSecurity {
  return name in securities;
}

function check(profile: WifiProfileInput): void {
  const refuse = (why: string): never => refuseInput(`the Wi-Fi profile "${profile.name}" can not be written`, why);
  const needsPassphrase = profile.security.endsWith('-psk') || profile.security === 'wpa3-sae';
  const needsIdentity = profile.security.endsWith('802.1x');
  if (!/^[\x20-\x7e]+$/.test(profile.name) || profile.name.length > maxNameLength) {
    refuse(`its name needs 1 to ${maxNameLength} ASCII characters`);
  }
  const ssidBytes = Buffer.byteLength(profile.ssid);
  if (ssidBytes < 1 || ssidBytes > 32) refuse('its SSID needs 1 to 32 bytes');
  if (!(profile.priority >= 1 && profile.priority <= 255)) refuse('its priority is a number from 1 to 255');
  if (needsPassphrase && !/^[\x20-\x7e]{8,63}$/.test(profile.passphrase ?? '')) {
    refuse('its passphrase needs 8 to 63 ASCII characters');
  }
  if (!needsPassphrase && profile.passphrase !== undefined) refuse(`${profile.security} has no passphrase`);
  if (needsIdentity !== (profile.identity !== undefined)) {
    refuse(needsIdentity ? 'it needs an identity' : `${profile.security} has no identity`);
  }
}

function settingsOf(profile: WifiProfileInput) {
  const { name, identity } = profile;
  return {
    WiFiEndpointSettingsInput: {
      of: wifiProfileClass,
      values: {
        ElementName: name,
        InstanceID: idOf(name),
        AuthenticationMethod: securities[profile.security],
        EncryptionMethod: encryptions[profile.encryption],
        SSID: profile.ssid,
        Priority: profile.priority,
        PSKPassPhrase: profile.passphrase,
      },
    },
    IEEE8021xSettingsInput: identity && {
      of: wifiIdentityClass,
      values: {
        ElementName: `8021x-${name}`,
        InstanceID: `Intel(r) AMT:IEEE 802.1x Settings ${name}`,
        ...identityFields(identity),
      },
    },
    ClientCredential: reference(identity?.clientCertificate),
    CACredential: reference(identity?.serverRoot),
  };
}

function toProfile({ values }: Instance<typeof wifiProfileClass>): WifiProfile {
  const { EncryptionMethod } = values;
  return {
    name: values.ElementName ?? '',
    ssid: values.SSID ?? '',
    security: securityNames.get(values.AuthenticationMethod ?? -1) ?? null,
    encryption:
      EncryptionMethod === encryptions.tkip ? 'tkip' : EncryptionMethod === encryptions.ccmp ? 'ccmp' : 'other',
    priority: values.Priority ?? 0,
  };
}

/** Wi-Fi profiles and the wireless interface. */
export function createWifi(device: Device): AmtWifi {
  // The operating system's own profiles come with an empty InstanceID or none of Intel's.
  const list = async () =>
    (await device.list(wifiProfileClass)).filter(({ values }) => values.ElementName !== undefined);
  const find = async (name: string) => (await list()).find(({ values }) => values.ElementName === name);

  async function update(profile: WifiProfileInput): Promise<void> {
    check(profile);
    const present = await find(profile.name);
    if (present === undefined) {
      throw new AmtError('firmware_fault', [`the device has no Wi-Fi profile "${profile.name}"`]);
    }
    const InstanceID = present.values.InstanceID ?? idOf(profile.name);
    await device.call(wifiServiceClass, 'UpdateWiFiSettings', {
      WiFiEndpointSettings: { className: 'CIM_WiFiEndpointSettings', selectors: { InstanceID } },
      ...settingsOf(profile),
    });
  }

  async function readMode(): Promise<WifiMode | 'unknown'> {
    const { values } = await device.get(wifiPortClass);
    if (values.EnabledState === modes['s0-sx-ac']) return 's0-sx-ac';
    if (values.EnabledState === modes.s0) return 's0';
    return values.EnabledState === modes.off ? 'off' : 'unknown';
  }

  return {
    profiles: () => device.task(async () => (await list()).map(toProfile)),
    add: (profile) =>
      device.task(async () => {
        check(profile);
        const args = { WiFiEndpoint: endpoint, ...settingsOf(profile) };
        await device.call(wifiServiceClass, 'AddWiFiSettings', args);
      }),
    update: (profile) => device.task(() => update(profile)),
    remove: (name) =>
      device.task(async () => {
        const present = await find(name);
        if (present === undefined) return false;
        await device.remove(wifiProfileClass, { InstanceID: present.values.InstanceID ?? idOf(name) });
        return true;
      }),
    mode: () => device.task(readMode),
    setMode: (mode) =>
      device.task(async () => {
        await device.call(wifiPortClass, 'RequestStateChange', { RequestedState: modes[mode] });
      }),
    setProfileSync: (sync) =>
      device.task(async () => {
        const service = await device.get(wifiServiceClass);
        await device.put(wifiServiceClass, service, { localProfileSynchronizationEnabled: syncs[sync] });
      }),
  };
}
