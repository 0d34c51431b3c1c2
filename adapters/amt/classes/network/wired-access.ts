import {
  type AmtWiredAccess,
  type EapMethod,
  eapMethods,
  type WiredAccessState,
} from '../../../../src/ports/amt/network-access.ts';
import { refuseInput } from '../../errors.ts';
import type { Device } from '../device.ts';
import { certificateReference } from '../security/certificates.ts';
import { oldWiredAccessClass, wiredAccessClass } from './definitions.ts';
import { eapMethodOf, identityFields } from './identity-fields.ts';

type Settings = Parameters<AmtWiredAccess['enable']>[0];

const theSettings = { InstanceID: 'Intel(r) AMT: 8021X Settings' };
const theOldProfile = { InstanceID: 'Intel(r) AMT 802.1x Profile 0' };
/** IPS_IEEE8021xSettings.Enabled (device-management-toolkit/go-wsman-messages). */
const enabledStates = { withCertificates: 2, disabled: 3, withoutCertificates: 6 } as const;
const maxPxeTimeoutSeconds = 86_400;
/** AMT_8021XProfile.AuthenticationProtocol numbers what it has differently from CIM. */
const oldMethods: Readonly<Partial<Record<EapMethod, number>>> = {
  tls: 0,
  'ttls-mschapv2': 1,
  'peap-mschapv2': 2,
  'peap-gtc': 3,
  'fast-mschapv2': 4,
  'fast-gtc': 5,
  'fast-tls': 6,
};

const reference = (handle: string | undefined) => (handle === undefined ? undefined : certificateReference(handle));

/** Wired 802.1X by the class that the firmware has. */
export function createWiredAccess(device: Device): AmtWiredAccess {
  const isOld = async (): Promise<boolean> => (await device.lacks('IPS_IEEE8021xSettings', 'Get')) !== null;

  async function readOld(): Promise<WiredAccessState> {
    const { values } = await device.get(oldWiredAccessClass, theOldProfile);
    const method = Object.entries(oldMethods).find(([, number]) => number === values.AuthenticationProtocol);
    return {
      enabled: values.Enabled ?? false,
      method: eapMethods.find((name) => name === method?.[0]) ?? null,
      username: values.Username || null,
      domain: values.Domain || null,
      serverName: values.ServerCertificateName || null,
      activeInS0: values.ActiveInS0 ?? false,
      pxeTimeoutSeconds: values.PxeTimeout ?? null,
    };
  }

  async function read(): Promise<WiredAccessState> {
    if (await isOld()) return readOld();
    const { values } = await device.get(wiredAccessClass, theSettings);
    return {
      enabled: values.Enabled !== undefined && values.Enabled !== enabledStates.disabled,
      method: eapMethodOf(values.AuthenticationProtocol),
      username: values.Username || null,
      domain: values.Domain || null,
      serverName: values.ServerCertificateName || null,
      activeInS0: values.AvailableInS0 ?? false,
      pxeTimeoutSeconds: values.PxeTimeout ?? null,
    };
  }

  async function enableOld({ identity, activeInS0, pxeTimeoutSeconds }: Settings): Promise<void> {
    const AuthenticationProtocol =
      oldMethods[identity.method] ??
      refuseInput('802.1X can not be set', `firmware before 8.0 has no ${identity.method}`);
    const before = await device.get(oldWiredAccessClass, theOldProfile);
    await device.put(
      oldWiredAccessClass,
      before,
      {
        ...identityFields(identity),
        AuthenticationProtocol,
        Enabled: true,
        ActiveInS0: activeInS0,
        PxeTimeout: pxeTimeoutSeconds,
        ClientCertificate: reference(identity.clientCertificate),
        ServerCertificateIssuer: reference(identity.serverRoot),
      },
      theOldProfile,
    );
  }

  async function enable(settings: Settings): Promise<void> {
    const { identity, activeInS0, pxeTimeoutSeconds } = settings;
    if (!(pxeTimeoutSeconds >= 0 && pxeTimeoutSeconds <= maxPxeTimeoutSeconds)) {
      refuseInput('802.1X can not be set', `the time-out for a network boot is 0 to ${maxPxeTimeoutSeconds} seconds`);
    }
    if (await isOld()) return enableOld(settings);
    const before = await device.get(wiredAccessClass, theSettings);
    const hasCertificates = identity.clientCertificate !== undefined || identity.serverRoot !== undefined;
    await device.put(
      wiredAccessClass,
      before,
      {
        ...identityFields(identity),
        Enabled: hasCertificates ? enabledStates.withCertificates : enabledStates.withoutCertificates,
        AvailableInS0: activeInS0,
        PxeTimeout: pxeTimeoutSeconds,
      },
      theSettings,
    );
    if (!hasCertificates) return;
    await device.call(wiredAccessClass, 'SetCertificates', {
      ServerCertificateIssuer: reference(identity.serverRoot),
      ClientCertificate: reference(identity.clientCertificate),
    });
  }

  async function disable(): Promise<void> {
    if (await isOld()) {
      const before = await device.get(oldWiredAccessClass, theOldProfile);
      return device.put(oldWiredAccessClass, before, { Enabled: false }, theOldProfile);
    }
    const before = await device.get(wiredAccessClass, theSettings);
    return device.put(wiredAccessClass, before, { Enabled: enabledStates.disabled }, theSettings);
  }

  return {
    read: () => device.task(read),
    enable: (settings) => device.task(() => enable(settings)),
    disable: () => device.task(disable),
  };
}
