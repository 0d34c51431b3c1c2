import { createPublicKey, X509Certificate } from 'node:crypto';
import type { ClassContext, ClassDefinition, Reference } from '../class-definition.ts';
import { bytesArgument } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { credentialStore, keyId, keyOf, type StoredCertificate } from './credential-store.ts';
import { usedCertificates } from './tls-state.ts';

/** PT_STATUS_NOT_PERMITTED, for what is in use. `[guess]` */
const notPermitted = 16;
/** PT_STATUS_INVALID_CERT. `[class model]` */
const invalidCertificate = 2063;

const certificateName = (handle: number): string => `Intel(r) AMT Certificate: Handle: ${handle}`;
const keyName = (handle: number): string => `Intel(r) AMT Key: Handle: ${handle}`;

/** Reference to a certificate of the store. `[capture]` */
export const certificateReference = (handle: number): Reference => ({
  className: 'AMT_PublicKeyCertificate',
  selectors: { InstanceID: certificateName(handle) },
});

/** Reference to a key pair of the store. `[capture]` */
export const keyReference = (handle: number): Reference => ({
  className: 'AMT_PublicPrivateKeyPair',
  selectors: { InstanceID: keyName(handle) },
});

/** The handle in an InstanceID; NaN when it is none. */
export const handleOf = (instanceId: string | undefined): number =>
  Number(/^Intel\(r\) AMT (?:Certificate|Key): Handle: (\d+)$/.exec(instanceId ?? '')?.[1] ?? Number.NaN);

/** Serial number of a certificate, as audit records have it. */
export const serialOf = ({ der }: StoredCertificate): Buffer =>
  Buffer.from(new X509Certificate(der).serialNumber, 'hex');

/** A distinguished name on one line, as recorded. `[capture]` */
const oneLine = (name: string): string => name.split('\n').join(',');

/** Certificates of the store. Properties, order and the misspelt name as recorded. `[capture]` */
export const publicKeyCertificate: ClassDefinition = {
  name: 'AMT_PublicKeyCertificate',
  keys: ['InstanceID'],
  hasDatetime: false,
  read: ({ device, keys }) =>
    [...credentialStore(device, keys).certificates].map(([handle, { der, isTrustedRoot }]) => {
      const certificate = new X509Certificate(der);
      return {
        properties: [
          ['ElementName', 'Intel(r) AMT Certificate'],
          ['InstanceID', certificateName(handle)],
          ['Issuer', oneLine(certificate.issuer)],
          ['Subject', oneLine(certificate.subject)],
          ['TrustedRootCertficate', isTrustedRoot],
          ['X509Certificate', der.toString('base64')],
        ],
      };
    }),
  schema:
    'InstanceID:string= ElementName:string= X509Certificate:base64 TrustedRootCertficate:boolean= ' +
    'ReadOnlyCertificate:boolean= Issuer:string Subject:string',
  put({ device, keys }, instance, given) {
    const { certificates } = credentialStore(device, keys);
    const handle = handleOf(idOf(instance));
    const before = certificates.get(handle);
    const der = bytesArgument(given, 'X509Certificate');
    if (!before || !der) return 'schema-violation';
    if (!isCertificate(der)) return invalidCertificate;
    certificates.set(handle, { ...before, der });
    return 'done';
  },
  remove(context, instance) {
    const { certificates } = credentialStore(context.device, context.keys);
    const handle = handleOf(idOf(instance));
    const certificate = certificates.get(handle);
    if (!certificate || usedCertificates(context.device).includes(handle)) return notPermitted;
    const refusal = certificate.isTrustedRoot ? refusedByAudit(context, 1611, serialOf(certificate)) : undefined;
    if (refusal !== undefined) return refusal;
    certificates.delete(handle);
    return 'done';
  },
};

const idOf = (instance: { readonly properties: readonly (readonly [string, unknown])[] }): string =>
  String(new Map(instance.properties).get('InstanceID'));

/** Whether these bytes are an X.509 certificate. */
export function isCertificate(der: Buffer): boolean {
  try {
    return new X509Certificate(der).raw.equals(der);
  } catch {
    return false;
  }
}

/** Key pairs of the store; the private half never leaves the device. Properties and order as recorded. `[capture]` */
export const publicPrivateKeyPair: ClassDefinition = {
  name: 'AMT_PublicPrivateKeyPair',
  keys: ['InstanceID'],
  hasDatetime: false,
  read: ({ device, keys }) =>
    [...credentialStore(device, keys).keys].map(([handle, key]) => ({
      properties: [
        ['DERKey', createPublicKey(key).export({ format: 'der', type: 'pkcs1' }).toString('base64')],
        ['ElementName', 'Intel(r) AMT Key'],
        ['InstanceID', keyName(handle)],
      ],
    })),
  remove(context, instance) {
    const handle = handleOf(idOf(instance));
    if (isKeyInUse(context, handle)) return notPermitted;
    credentialStore(context.device, context.keys).keys.delete(handle);
    return 'done';
  },
};

/** A key can't be removed while its certificate is used. `[class model]` */
function isKeyInUse({ device, keys }: ClassContext, handle: number): boolean {
  const store = credentialStore(device, keys);
  const key = store.keys.get(handle);
  if (!key) return true;
  return usedCertificates(device).some((one) => {
    const certificate = store.certificates.get(one);
    const own = certificate && keyOf(store, certificate);
    return own !== undefined && keyId(own) === keyId(key);
  });
}
