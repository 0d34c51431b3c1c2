import type { DeviceSettings } from '../../../../src/ports/amt/settings.ts';
import { AmtError } from '../../../../src/ports/amt.ts';
import { setupServiceClass } from '../setup/definitions.ts';
import { orWhenLacking } from '../when-missing.ts';
import { optInClass, tlsSettingClass } from './definitions.ts';
import { defined, type SettingGroup } from './setting-group.ts';

const consentNumbers: Readonly<Record<DeviceSettings['userConsent'], number>> = { none: 0, kvm: 1, all: 0xffff_ffff };
const consentNames = new Map(Object.entries(consentNumbers).map(([name, number]) => [number, name]));

function consentOf(required: number | undefined): DeviceSettings['userConsent'] | undefined {
  const name = consentNames.get(required ?? -1);
  return name === 'none' || name === 'kvm' || name === 'all' ? name : undefined;
}

/** Consent of the user at the PC (IPS_OptInService). */
export const consentGroup: SettingGroup = {
  names: ['userConsent'],
  async read(device) {
    const service = await orWhenLacking(device.get(optInClass), null);
    return defined({ userConsent: consentOf(service?.values.OptInRequired) });
  },
  async write(device, { userConsent = 'all' }) {
    const service = await device.get(optInClass);
    if (service.values.CanModifyOptInPolicy === 0) {
      throw new AmtError('not_permitted', [
        'the user consent policy can not be changed remotely',
        'It is fixed in client control mode, and where MEBx says so',
      ]);
    }
    await device.put(optInClass, service, { OptInRequired: consentNumbers[userConsent] });
  },
};

/** The network interface; the other instance is the one to the PC's own operating system. */
const networkInterface = { InstanceID: 'Intel(r) AMT 802.3 TLS Settings' };

/** TLS on the network interface (AMT_TLSSettingData); takes effect with CommitChanges. */
export const tlsGroup: SettingGroup = {
  names: ['tls', 'plainTextAccepted'],
  async read(device) {
    const settings = await orWhenLacking(device.get(tlsSettingClass, networkInterface), null);
    if (settings === null) return {};
    const { Enabled, MutualAuthentication, AcceptNonSecureConnections } = settings.values;
    if (Enabled === undefined) return {};
    return {
      tls: Enabled ? (MutualAuthentication ? 'mutual' : 'server') : 'off',
      plainTextAccepted: !Enabled || AcceptNonSecureConnections === true,
    };
  },
  async write(device, { tls, plainTextAccepted }) {
    const settings = await device.get(tlsSettingClass, networkInterface);
    if (plainTextAccepted && settings.values.NonSecureConnectionsSupported === false) {
      throw new AmtError('class_missing', ['this firmware has no connections without TLS (gone since 16.1)']);
    }
    await device.put(
      tlsSettingClass,
      settings,
      {
        Enabled: tls === undefined ? undefined : tls !== 'off',
        MutualAuthentication: tls === undefined ? undefined : tls === 'mutual',
        AcceptNonSecureConnections: plainTextAccepted,
      },
      networkInterface,
    );
    await device.call(setupServiceClass, 'CommitChanges', {});
  },
};
