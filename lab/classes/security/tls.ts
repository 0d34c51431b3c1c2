import { resourceUri } from '../../protocol/namespaces.ts';
import type { Arguments, ClassContext, ClassDefinition, Reference, WriteVerdict } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { realm } from '../realms.ts';
import { instanceIdOf, readReference } from '../references.ts';
import { createWritable, type Values } from '../writable.ts';
import { certificateReference, handleOf, serialOf } from './certificates.ts';
import { credentialStore, keyOf } from './credential-store.ts';
import { tlsState } from './tls-state.ts';

const remoteName = 'Intel(r) AMT 802.3 TLS Settings';
const localName = 'Intel(r) AMT LMS TLS Settings';

/** PT_STATUS values; that these answer what they answer is a `[guess]`. */
const status = { success: 0, invalidParameter: 36, dataMissing: 2057, missingKeys: 2060, notFound: 2068 } as const;

/** From CSME 16.1 on there is nothing but TLS on the network. `[guide]` */
const hasPlain = ({ device }: ClassContext): boolean => device.persona.plainPort;

/**
 * TLS by interface: the network and the local one. Properties and order as recorded `[capture]`. What is put is shown
 * at once and in force with the next CommitChanges `[guide]`.
 */
export const tlsSettingData = createWritable({
  name: 'AMT_TLSSettingData',
  keys: ['InstanceID'],
  beforeProvisioning: true,
  realms: { read: [realm.generalInfo] },
  initial: (context) => {
    const { generation } = context.device.persona;
    const supported = generation >= 16.1 ? { NonSecureConnectionsSupported: false } : {};
    return [
      {
        AcceptNonSecureConnections: hasPlain(context),
        ElementName: remoteName,
        Enabled: true,
        InstanceID: remoteName,
        MutualAuthentication: false,
        ...supported,
      },
      {
        AcceptNonSecureConnections: generation < 19,
        ElementName: localName,
        Enabled: generation >= 19,
        InstanceID: localName,
        MutualAuthentication: false,
        ...supported,
      },
    ];
  },
  schema:
    'InstanceID:string= ElementName:string= MutualAuthentication:boolean Enabled:boolean! TrustedCN:string[] ' +
    'X509IssuerName:string X509SerialNumber:base64 AcceptNonSecureConnections:boolean ' +
    'NonSecureConnectionsSupported:boolean=',
  writing(context, after, before) {
    const isRemote = after.get('InstanceID') === remoteName;
    if (isRemote && !hasPlain(context) && after.get('Enabled') === false) return status.invalidParameter;
    return auditState(context, after, before, isRemote);
  },
});

const modeOf = (values: Values | undefined): number => {
  if (values?.get('Enabled') !== true) return 0;
  return values.get('MutualAuthentication') === true ? 2 : 1;
};

/** 1607: remote and local, 0 no authentication, 1 server, 2 mutual. intel/lms `[class model]` */
function auditState(context: ClassContext, after: Values, before: Values, isRemote: boolean): number | undefined {
  if (modeOf(after) === modeOf(before)) return undefined;
  const [remote, local] = tlsSettingData.values(context);
  const modes = isRemote ? [modeOf(after), modeOf(local)] : [modeOf(remote), modeOf(after)];
  return refusedByAudit(context, 1607, Buffer.from(modes));
}

/** What TLS is put on. `[capture]` */
export const tlsProtocolEndpointCollection: ClassDefinition = {
  name: 'AMT_TLSProtocolEndpointCollection',
  keys: ['ElementName'],
  hasDatetime: false,
  read: () => [{ properties: [['ElementName', collectionName]] }],
};

const collectionName = 'TLSProtocolEndpoint Instances Collection';
/** MeshCentral and the toolkit write it without the blank, and devices take it. */
const collectionNames = [collectionName, 'TLSProtocolEndpointInstances Collection'];

const collection: Reference = {
  className: 'AMT_TLSProtocolEndpointCollection',
  selectors: { ElementName: collectionName },
};

/** Which certificate TLS shows. `[capture]` */
export const tlsCredentialContext: ClassDefinition = {
  name: 'AMT_TLSCredentialContext',
  keys: ['ElementInContext', 'ElementProvidingContext'],
  hasDatetime: false,
  read: ({ device }) => {
    const { context } = tlsState(device);
    if (context === undefined) return [];
    return [
      {
        properties: [
          ['ElementInContext', certificateReference(context)],
          ['ElementProvidingContext', collection],
        ],
      },
    ];
  },
  schema: 'ElementInContext:reference! ElementProvidingContext:reference!',
  create(context, given) {
    if (tlsState(context.device).context !== undefined) return 'already-exists';
    const verdict = setContext(context, given);
    if (verdict !== 'done') return verdict;
    return {
      className: 'AMT_TLSCredentialContext',
      selectors: {
        ElementInContext: certificateReference(tlsState(context.device).context ?? 0),
        ElementProvidingContext: collection,
      },
    };
  },
  put: (context, _instance, given) => setContext(context, given),
  remove(context) {
    const { device, keys } = context;
    const state = tlsState(device);
    const certificate = credentialStore(device, keys).certificates.get(state.context ?? Number.NaN);
    const refusal = certificate && refusedByAudit(context, 1609, serialOf(certificate));
    if (refusal !== undefined) return refusal;
    state.context = undefined;
    return 'done';
  },
};

/** The certificate must be there, and its key with it. */
function setContext(context: ClassContext, given: Arguments): WriteVerdict {
  const { device, keys } = context;
  const providing = readReference(given.get('ElementProvidingContext')?.[0]);
  const isCollection =
    providing?.resource === resourceUri('AMT_TLSProtocolEndpointCollection') &&
    collectionNames.includes(providing.selectors.get('ElementName') ?? '');
  if (!isCollection) return status.invalidParameter;
  const store = credentialStore(device, keys);
  const handle = handleOf(instanceIdOf(given, 'ElementInContext', 'AMT_PublicKeyCertificate'));
  const certificate = store.certificates.get(handle);
  if (!certificate || certificate.isTrustedRoot) return status.notFound;
  if (!keyOf(store, certificate)) return status.missingKeys;
  const refusal = refusedByAudit(context, 1608, serialOf(certificate));
  if (refusal !== undefined) return refusal;
  tlsState(device).context = handle;
  return 'done';
}

/**
 * Puts the settings of the network interface in force, as CommitChanges does: ports open and close after the reply.
 *
 * @returns PT_STATUS; TLS without a certificate is missing data
 */
export function commitTls(context: ClassContext): number {
  const { device } = context;
  const state = tlsState(device);
  const remote = tlsSettingData.values(context)[0];
  const isEnabled = remote?.get('Enabled') === true;
  if (isEnabled && state.context === undefined) return status.dataMissing;
  const names = remote?.get('TrustedCN');
  const isMutual = isEnabled && remote?.get('MutualAuthentication') === true;
  const trustedNames = isMutual
    ? (Array.isArray(names) ? names : []).filter((one) => typeof one === 'string')
    : undefined;
  const exposed = { plain: !isEnabled || remote?.get('AcceptNonSecureConnections') === true, tls: isEnabled };
  const inForce = { certificate: state.context ?? state.inForce.certificate, trustedNames };
  const before = JSON.stringify([device.exposed, state.inForce]);
  state.inForce = inForce;
  device.exposed = exposed;
  if (JSON.stringify([exposed, inForce]) !== before) device.portsChanged = true;
  return status.success;
}
