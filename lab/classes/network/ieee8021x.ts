import type { ClassContext } from '../class-definition.ts';
import { instanceIdOf } from '../references.ts';
import { handleOf } from '../security/certificates.ts';
import { credentialStore } from '../security/credential-store.ts';
import { tlsState } from '../security/tls-state.ts';
import { createWritable, type Values } from '../writable.ts';

/** PT_STATUS values; that these answer what they answer is a `[guess]`. */
const status = { success: 0, invalidParameter: 36, notFound: 2068 } as const;

/** Enabled: 2 enabled, 3 disabled. `[class model]` */
const enabled = 2;
const disabled = 3;
const longestPxeTimeoutSeconds = 86_400;
const lastProtocol = 10;

/** Properties of CIM_IEEE8021xSettings after those of every setting. `[class model]` */
const authentication =
  'AuthenticationProtocol:uint16 RoamingIdentity:string ServerCertificateName:string ' +
  'ServerCertificateNameComparison:uint16 Username:string Password:string* Domain:string ' +
  'ProtectedAccessCredential:base64* PACPassword:string* PSK:base64*';

/** Embedded 802.1X settings of a wireless profile. `[class model]` */
export const ieee8021xInput = `InstanceID:string ElementName:string ${authentication}`;

/**
 * 802.1X on the wired interface. Properties and order as recorded of a device without a profile `[capture]`; what may
 * be put: intel/lms CIM classes `[class model]`. Since AMT 8 `[guide]`.
 */
export const ipsIeee8021xSettings = createWritable({
  name: 'IPS_IEEE8021xSettings',
  keys: ['InstanceID'],
  since: 8,
  initial: () => [
    {
      AvailableInS0: false,
      ElementName: 'Intel(r) AMT: 8021X Settings',
      Enabled: disabled,
      InstanceID: 'Intel(r) AMT: 8021X Settings',
      PxeTimeout: 120,
    },
  ],
  schema:
    `InstanceID:string= ElementName:string= ${authentication} ` +
    'PxeTimeout:uint32 AvailableInS0:boolean Enabled:uint32!',
  writing(_context, after) {
    const state = Number(after.get('Enabled'));
    if (state !== enabled && state !== disabled) return status.invalidParameter;
    const isComplete = state === disabled || isProtocol(after);
    return isComplete && isPxeTimeout(after) ? undefined : status.invalidParameter;
  },
  methods: {
    SetCertificates: {
      input: 'ServerCertificateIssuer:reference ClientCertificate:reference',
      writes: true,
      invoke(context, given) {
        const handles = ['ServerCertificateIssuer', 'ClientCertificate']
          .filter((name) => given.has(name))
          .map((name) => handleOf(instanceIdOf(given, name, 'AMT_PublicKeyCertificate')));
        return useCertificates(context, 'wired', handles);
      },
    },
  },
});

/** Ties certificates to a profile, so that they can't be deleted. */
export function useCertificates({ device, keys }: ClassContext, profile: string, handles: readonly number[]): number {
  const { certificates } = credentialStore(device, keys);
  if (!handles.every((handle) => certificates.has(handle))) return status.notFound;
  tlsState(device).usedElsewhere.set(profile, handles);
  return status.success;
}

const isProtocol = (after: Values): boolean => {
  const protocol = after.get('AuthenticationProtocol');
  return typeof protocol === 'number' && protocol <= lastProtocol;
};

const isPxeTimeout = (after: Values): boolean => Number(after.get('PxeTimeout') ?? 0) <= longestPxeTimeoutSeconds;

/** 802.1X in firmware of the first generations. Properties and order as recorded. `[capture]` */
export const amt8021xProfile = createWritable({
  name: 'AMT_8021XProfile',
  keys: ['InstanceID'],
  initial: () => [
    {
      ActiveInS0: true,
      ElementName: 'Intel(r) AMT 802.1x Profile',
      Enabled: false,
      InstanceID: 'Intel(r) AMT 802.1x Profile 0',
      PxeTimeout: 0,
    },
  ],
  schema:
    'InstanceID:string= ElementName:string= Enabled:boolean! ActiveInS0:boolean AuthenticationProtocol:uint16 ' +
    'RoamingIdentity:string ServerCertificateName:string ServerCertificateNameComparison:uint16 Username:string ' +
    'Password:string* Domain:string ProtectedAccessCredential:base64* PACPassword:string* ' +
    'ClientCertificate:reference ServerCertificateIssuer:reference PxeTimeout:uint32',
  writing: (_context, after) =>
    (after.get('Enabled') !== true || isProtocol(after)) && isPxeTimeout(after) ? undefined : status.invalidParameter,
});
