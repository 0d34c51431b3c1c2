import type { AmtCertificates, RequestSignature, StoredCertificate } from '../../../../src/ports/amt/certificates.ts';
import { AmtError } from '../../../../src/ports/amt.ts';
import { AmtRefusal } from '../../errors.ts';
import type { EndpointReference } from '../../wsman/values.ts';
import type { Device } from '../device.ts';
import { certificateClass, keyPairClass, keyServiceClass } from './definitions.ts';

const rsa = 0;
const signatures: Readonly<Record<RequestSignature, number>> = { sha1: 0, sha256: 1, sha384: 2 };
/** PT_STATUS DUPLICATE: the store has it. */
const duplicate = 2_058;
/** PT_STATUS PKI_GENERATING_KEYS, and another operation of the kind under way: it is asked again later. */
const busy: readonly number[] = [2_061, 2_082];
/** Recent firmware has a key within seconds, old firmware within minutes: asked soon at first, three and a half minutes in all. */
const firstKeyPausesMs = [1_000, 1_000, 2_000, 3_000, 5_000, 8_000, 13_000];
const keyPauseMs = 15_000;
const keyAttempts = 20;

/** Names a certificate in other messages. */
export const certificateReference = (handle: string): EndpointReference => ({
  className: 'AMT_PublicKeyCertificate',
  selectors: { InstanceID: handle },
});

/** The handle in a reference to a certificate or key; undefined when there is none. */
export function handleOf(reference: EndpointReference | undefined): string | undefined {
  const id = reference?.selectors.InstanceID;
  return typeof id === 'string' ? id : undefined;
}

function needHandle(reference: EndpointReference | undefined, what: string): string {
  const handle = handleOf(reference);
  if (handle !== undefined) return handle;
  throw new AmtError('protocol_error', [`the device does not name the ${what} that it made`], { mayHaveActed: true });
}

/** The store of certificates and keys. */
export function createCertificates(device: Device): AmtCertificates {
  async function list(): Promise<StoredCertificate[]> {
    const instances = await device.list(certificateClass);
    return instances.flatMap(({ values }) =>
      values.InstanceID === undefined || values.X509Certificate === undefined
        ? []
        : [
            {
              handle: values.InstanceID,
              der: values.X509Certificate,
              trustedRoot: values.TrustedRootCertficate ?? false,
              readOnly: values.ReadOnlyCertificate ?? false,
              subject: values.Subject ?? '',
              issuer: values.Issuer ?? '',
            },
          ],
    );
  }

  async function add(name: 'AddCertificate' | 'AddTrustedRootCertificate', der: Uint8Array): Promise<string> {
    const answer = await device.call(keyServiceClass, name, { CertificateBlob: der }, { accepts: [duplicate] });
    if (answer.ReturnValue !== duplicate) return needHandle(answer.CreatedCertificate, 'certificate');
    const known = (await list()).find((one) => Buffer.from(one.der).equals(der));
    if (known !== undefined) return known.handle;
    throw new AmtError('protocol_error', ['the device says it has the certificate, but does not show it']);
  }

  async function generateKeyPair(bits: number): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const args = { KeyAlgorithm: rsa, KeyLength: bits };
        return needHandle((await device.call(keyServiceClass, 'GenerateKeyPair', args)).KeyPair, 'key pair');
      } catch (error) {
        const isBusy = error instanceof AmtRefusal && busy.includes(error.returnValue);
        if (!isBusy || attempt === keyAttempts) throw error;
        await device.pause(firstKeyPausesMs[attempt - 1] ?? keyPauseMs);
      }
    }
  }

  async function signRequest(handle: string, unsigned: Uint8Array, signature: RequestSignature): Promise<Uint8Array> {
    const { SignedCertificateRequest } = await device.call(keyServiceClass, 'GeneratePKCS10RequestEx', {
      KeyPair: { className: 'AMT_PublicPrivateKeyPair', selectors: { InstanceID: handle } },
      SigningAlgorithm: signatures[signature],
      NullSignedCertificateRequest: unsigned,
    });
    if (SignedCertificateRequest !== undefined) return SignedCertificateRequest;
    throw new AmtError('protocol_error', ['the device gives no signed request back']);
  }

  return {
    list: () => device.task(list),
    add: (der) => device.task(() => add('AddCertificate', der)),
    addTrustedRoot: (der) => device.task(() => add('AddTrustedRootCertificate', der)),
    remove: (handle) => device.task(() => device.remove(certificateClass, { InstanceID: handle })),
    keyPairs: () =>
      device.task(async () =>
        (await device.list(keyPairClass)).flatMap(({ values: { InstanceID, DERKey } }) =>
          InstanceID === undefined || DERKey === undefined ? [] : [{ handle: InstanceID, publicKey: DERKey }],
        ),
      ),
    generateKeyPair: (bits) => device.task(() => generateKeyPair(bits)),
    addKeyPair: (privateKey) =>
      device.task(async () => {
        const { CreatedKey } = await device.call(keyServiceClass, 'AddKey', { KeyBlob: privateKey });
        return needHandle(CreatedKey, 'key pair');
      }),
    removeKeyPair: (handle) => device.task(() => device.remove(keyPairClass, { InstanceID: handle })),
    signRequest: (keyPair, unsigned, signature) => device.task(() => signRequest(keyPair, unsigned, signature)),
  };
}
