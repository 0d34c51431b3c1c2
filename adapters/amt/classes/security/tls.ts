import type { AmtTls, TlsInterface, TlsState } from '../../../../src/ports/amt/tls.ts';
import { AmtError } from '../../../../src/ports/amt.ts';
import type { Device } from '../device.ts';
import { tlsSettingClass } from '../settings/definitions.ts';
import { certificateReference, handleOf } from './certificates.ts';
import { tlsContextClass } from './definitions.ts';

/** Keys of AMT_TLSSettingData. */
const instances: Readonly<Record<TlsInterface, { readonly InstanceID: string }>> = {
  network: { InstanceID: 'Intel(r) AMT 802.3 TLS Settings' },
  local: { InstanceID: 'Intel(r) AMT LMS TLS Settings' },
};

const allEndpoints = {
  className: 'AMT_TLSProtocolEndpointCollection',
  selectors: { ElementName: 'TLSProtocolEndpoint Instances Collection' },
} as const;

type Changes = Parameters<AmtTls['write']>[1];

/** TLS settings and the device's certificate. */
export function createTls(device: Device): AmtTls {
  async function read(interfaceName: TlsInterface): Promise<TlsState> {
    const { values } = await device.get(tlsSettingClass, instances[interfaceName]);
    return {
      enabled: values.Enabled ?? false,
      mutual: values.MutualAuthentication ?? false,
      plainTextAccepted: values.Enabled !== true || values.AcceptNonSecureConnections === true,
      plainTextSupported: values.NonSecureConnectionsSupported ?? null,
      trustedNames: values.TrustedCN ?? [],
    };
  }

  async function write(interfaceName: TlsInterface, changes: Changes): Promise<void> {
    const before = await device.get(tlsSettingClass, instances[interfaceName]);
    if (changes.plainTextAccepted && before.values.NonSecureConnectionsSupported === false) {
      throw new AmtError('class_missing', ['this firmware has no connections without TLS (gone since 16.1)']);
    }
    await device.put(
      tlsSettingClass,
      before,
      {
        Enabled: changes.enabled,
        MutualAuthentication: changes.mutual,
        AcceptNonSecureConnections: changes.plainTextAccepted,
        TrustedCN: changes.trustedNames,
      },
      instances[interfaceName],
    );
  }

  const contexts = () => device.list(tlsContextClass);

  async function useCertificate(handle: string): Promise<void> {
    const [present] = await contexts();
    if (handleOf(present?.values.ElementInContext) === handle) return;
    const ElementInContext = certificateReference(handle);
    if (present) await device.put(tlsContextClass, present, { ElementInContext });
    else await device.create(tlsContextClass, { ElementInContext, ElementProvidingContext: allEndpoints });
  }

  return {
    read: (interfaceName) => device.task(() => read(interfaceName)),
    write: (interfaceName, changes) => device.task(() => write(interfaceName, changes)),
    serverCertificate: () => device.task(async () => handleOf((await contexts())[0]?.values.ElementInContext) ?? null),
    useCertificate: (handle) => device.task(() => useCertificate(handle)),
  };
}
