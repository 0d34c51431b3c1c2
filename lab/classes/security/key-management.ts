import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Device } from '../../device.ts';
import { numberOf } from '../../faults.ts';
import type { Arguments, ClassContext, ClassDefinition, Instance, Reference } from '../class-definition.ts';
import { bytesArgument, numberArgument } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { instanceIdOf, serviceKeys } from '../references.ts';
import { certificateReference, handleOf, isCertificate, keyReference, serialOf } from './certificates.ts';
import { beginGeneration, credentialStore, keyId } from './credential-store.ts';
import { signRequest } from './pkcs10.ts';

/** PT_STATUS values of the methods: device-management-toolkit/go-wsman-messages; which answers what is a `[guess]`. */
const status = {
  success: 0,
  internalError: 1,
  maxLimitReached: 23,
  invalidParameter: 36,
  duplicate: 2058,
  generatingKeys: 2061,
  invalidKey: 2062,
  invalidCertificate: 2063,
  notMatching: 2064,
  notFound: 2068,
} as const;

/** Room of the store. `[guess]` */
const mostCertificates = 16;
const mostKeys = 8;

/** Lengths that firmware makes; 3072 from AMT 15 on. `[guess]` */
const keyLengths = (generation: number): readonly number[] => (generation >= 15 ? [2048, 3072] : [1024, 1536, 2048]);

/**
 * The certificate store. Properties, order and the references of the replies as recorded `[capture]`, that of AddKey
 * to a certificate with the name of a key included; methods: intel/lms CIM classes `[class model]`. Keys are made on
 * the device: 2061 while that takes its time, the key pair with the call after that `[guess]`.
 */
export const publicKeyManagementService: ClassDefinition = {
  name: 'AMT_PublicKeyManagementService',
  keys: serviceKeys,
  hasDatetime: true,
  read: () => [
    {
      properties: [
        ['CreationClassName', 'AMT_PublicKeyManagementService'],
        ['ElementName', 'Intel(r) AMT Certificate Store Service'],
        ['EnabledDefault', 5],
        ['EnabledState', 5],
        ['Name', 'Intel(r) AMT Public Key Management Service'],
        ['RequestedState', 12],
        ['SystemCreationClassName', 'CIM_ComputerSystem'],
        ['SystemName', 'Intel(r) AMT'],
      ],
    },
  ],
  methods: {
    AddCertificate: {
      input: 'CertificateBlob:base64!',
      writes: true,
      invoke: (context, given) => addCertificate(context, given, false),
    },
    AddTrustedRootCertificate: {
      input: 'CertificateBlob:base64!',
      writes: true,
      invoke: (context, given) => addCertificate(context, given, true),
    },
    AddKey: { input: 'KeyBlob:base64!', writes: true, invoke: addKey },
    // Keys are made on the device from 6.2 on; before, they come with AddKey. `[guide]`
    GenerateKeyPair: {
      input: 'KeyAlgorithm:uint32! KeyLength:uint32!',
      since: 6.2,
      writes: true,
      invoke: generateKey,
    },
    GeneratePKCS10RequestEx: {
      input: 'KeyPair:reference! SigningAlgorithm:uint32! NullSignedCertificateRequest:base64!',
      since: 6.2,
      invoke({ device, keys }, given) {
        const handle = handleOf(instanceIdOf(given, 'KeyPair', 'AMT_PublicPrivateKeyPair'));
        const key = credentialStore(device, keys).keys.get(handle);
        if (!key) return status.notFound;
        const request = bytesArgument(given, 'NullSignedCertificateRequest') ?? Buffer.alloc(0);
        const signed = signRequest(request, key, numberArgument(given, 'SigningAlgorithm'));
        if (typeof signed === 'string') return signed === 'other-key' ? status.notMatching : status.invalidParameter;
        return outcome('SignedCertificateRequest', signed.toString('base64'));
      },
    },
  },
};

const outcome = (name: string, value: string | Reference): Instance => ({
  properties: [
    [name, value],
    ['ReturnValue', status.success],
  ],
});

function roomFor(device: Device, there: number): number {
  const fault = device.faults.get('store-full');
  return fault ? numberOf(fault, there) : mostCertificates;
}

function addCertificate(context: ClassContext, given: Arguments, isTrustedRoot: boolean): number | Instance {
  const { device, keys } = context;
  const store = credentialStore(device, keys);
  const der = bytesArgument(given, 'CertificateBlob') ?? Buffer.alloc(0);
  if (!isCertificate(der)) return status.invalidCertificate;
  const certificates = [...store.certificates.values()];
  if (certificates.some((one) => one.der.equals(der) && one.isTrustedRoot === isTrustedRoot)) return status.duplicate;
  if (certificates.length >= roomFor(device, certificates.length)) return status.maxLimitReached;
  const certificate = { der, isTrustedRoot };
  const refusal = isTrustedRoot ? refusedByAudit(context, 1610, serialOf(certificate)) : undefined;
  if (refusal !== undefined) return refusal;
  const handle = store.nextCertificate;
  store.nextCertificate += 1;
  store.certificates.set(handle, certificate);
  return outcome('CreatedCertificate', certificateReference(handle));
}

function addKey({ device, keys }: ClassContext, given: Arguments): number | Instance {
  const store = credentialStore(device, keys);
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: bytesArgument(given, 'KeyBlob') ?? Buffer.alloc(0), format: 'der', type: 'pkcs1' });
  } catch {
    return status.invalidKey;
  }
  if ([...store.keys.values()].some((one) => keyId(one) === keyId(key))) return status.duplicate;
  if (store.keys.size >= mostKeys) return status.maxLimitReached;
  const handle = keep(store, key);
  return outcome('CreatedKey', { ...keyReference(handle), className: 'AMT_PublicKeyCertificate' });
}

function keep(store: ReturnType<typeof credentialStore>, key: KeyObject): number {
  const handle = store.nextKey;
  store.nextKey += 1;
  store.keys.set(handle, key);
  return handle;
}

function generateKey({ device, keys }: ClassContext, given: Arguments): number | Instance {
  const store = credentialStore(device, keys);
  const length = numberArgument(given, 'KeyLength');
  const isKnown = numberArgument(given, 'KeyAlgorithm') === 0 && keyLengths(device.persona.generation).includes(length);
  if (!isKnown) return status.invalidParameter;
  if (store.keys.size >= mostKeys) return status.maxLimitReached;
  if (store.generation === 'none') beginGeneration(store, length);
  if (store.generation === 'none' || store.generation === 'running') return status.generatingKeys;
  const handle = keep(store, store.generation);
  store.generation = 'none';
  return outcome('KeyPair', keyReference(handle));
}
