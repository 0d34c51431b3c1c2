import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import forge from 'node-forge';
import { createFleet, type Fleet } from '../../../lab/fleet.ts';
import { asking } from '../asking.ts';
import { identify, logOn, openWire, reference, textOf, textsOf } from '../wire.ts';

/** Keys made on the device, requests signed by it, certificates that TLS shows after a commit. */
let fleet: Fleet;
const plain = 16992;
const tls = 16993;
const address = '127.21.6.111';
const service = 'AMT_PublicKeyManagementService';
const enumeration = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';

beforeAll(async () => {
  fleet = await createFleet({ firstAddress: address, devices: 2, powered: 'on', ports: { plain, tls } });
  await fleet.start();
});

afterAll(() => fleet.stop());

const ask = () => asking(fleet);

/** All instances of a class, as one text. */
async function pull(className: string, host = 'host1'): Promise<string> {
  const begun = await ask().send(
    { className, operation: 'Enumerate', body: `<Enumerate xmlns="${enumeration}"/>` },
    host,
  );
  const context = textOf(begun.body, 'EnumerationContext');
  const body = `<Pull xmlns="${enumeration}"><EnumerationContext>${context}</EnumerationContext><MaxElements>99</MaxElements></Pull>`;
  return (await ask().send({ className, operation: 'Pull', body }, host)).body;
}

/** Asks for a key pair until it is there; the first answers say that it is being made. */
async function makeKey(): Promise<string> {
  const answers: (number | undefined)[] = [];
  for (;;) {
    const content = '<r:KeyAlgorithm>0</r:KeyAlgorithm><r:KeyLength>2048</r:KeyLength>';
    const reply = await ask().call(service, 'GenerateKeyPair', content);
    answers.push(reply.returnValue);
    if (reply.returnValue === 0) {
      expect(answers[0]).toBe(2061);
      return /Name="InstanceID">([^<]+)</.exec(reply.body)?.[1] ?? '';
    }
    expect(reply.returnValue).toBe(2061);
    await wait(20);
  }
}

/** A certification request for a key whose private half is not here; its signature is anything, to be replaced. */
function unsigned(derKey: string, commonName: string): string {
  const key = createPublicKey({ key: Buffer.from(derKey, 'base64'), format: 'der', type: 'pkcs1' });
  const request = forge.pki.createCertificationRequest();
  request.publicKey = forge.pki.publicKeyFromPem(key.export({ format: 'pem', type: 'spki' }).toString());
  request.setSubject([{ name: 'commonName', value: commonName }]);
  request.sign(authorityKeys.privateKey, forge.md.sha256.create());
  return forge.util.encode64(forge.asn1.toDer(forge.pki.certificationRequestToAsn1(request)).getBytes());
}

const authorityKeys = forge.pki.rsa.generateKeyPair(2048);

function issue(commonName: string, publicKey: forge.pki.PublicKey, isAuthority = false): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  certificate.serialNumber = Buffer.from(commonName).toString('hex').slice(0, 20);
  certificate.validity.notBefore = new Date(Date.now() - 3_600_000);
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  certificate.setSubject([{ name: 'commonName', value: commonName }]);
  certificate.setIssuer([{ name: 'commonName', value: 'Test authority' }]);
  if (isAuthority) certificate.setExtensions([{ name: 'basicConstraints', cA: true }]);
  certificate.sign(authorityKeys.privateKey, forge.md.sha256.create());
  return certificate;
}

const authority = issue('Test authority', authorityKeys.publicKey, true);
const base64 = (certificate: forge.pki.Certificate): string =>
  forge.util.encode64(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes());

const add = (method: string, certificate: string) =>
  ask().call(service, method, `<r:CertificateBlob>${certificate}</r:CertificateBlob>`);

const handleIn = (body: string): string => /Name="InstanceID">([^<]+)</.exec(body)?.[1] ?? '';

/** Common name of what the TLS port shows. */
async function shown(host = address): Promise<string> {
  const wire = await openWire(host, tls, { rejectUnauthorized: false });
  const { raw } = wire.tls().getPeerCertificate();
  wire.close();
  return new X509Certificate(raw).subject;
}

const commit = () => ask().call('AMT_SetupAndConfigurationService', 'CommitChanges');

const tlsContext = (certificateId: string) =>
  `<h:ElementInContext>${reference('AMT_PublicKeyCertificate', 'InstanceID', certificateId)}</h:ElementInContext>` +
  `<h:ElementProvidingContext>${reference('AMT_TLSProtocolEndpointCollection', 'ElementName', 'TLSProtocolEndpointInstances Collection')}</h:ElementProvidingContext>`;

describe('the store at the start', () => {
  test('has the certificate of the TLS port with its key, and its issuer', async () => {
    const certificates = await pull('AMT_PublicKeyCertificate');
    const blobs = textsOf(certificates, 'X509Certificate').map(
      (text) => new X509Certificate(Buffer.from(text, 'base64')),
    );
    expect(textsOf(certificates, 'TrustedRootCertficate')).toEqual(['true', 'false']);
    expect(blobs[1]?.subject).toBe(await shown());
    expect(blobs[1]?.checkIssued(blobs[0] ?? blobs[1])).toBe(true);
    expect(textsOf(await pull('AMT_PublicPrivateKeyPair'), 'InstanceID')).toEqual(['Intel(r) AMT Key: Handle: 0']);
    expect(handleIn(await pull('AMT_TLSCredentialContext'))).toBe('Intel(r) AMT Certificate: Handle: 1');
  });

  test('what is in use can not be deleted', async () => {
    const remove = (className: string, id: string) =>
      ask().send({ className, operation: 'Delete', selectors: { InstanceID: id } });
    expect((await remove('AMT_PublicKeyCertificate', 'Intel(r) AMT Certificate: Handle: 1')).body).toContain(
      'AMT-STATUS 16',
    );
    expect((await remove('AMT_PublicPrivateKeyPair', 'Intel(r) AMT Key: Handle: 0')).body).toContain('AMT-STATUS 16');
  });
});

describe('a certificate from the own authority', () => {
  let certificateId = '';

  test('the device makes a key, signs the request with it, and takes the certificate', async () => {
    const keyId = await makeKey();
    expect(keyId).toBe('Intel(r) AMT Key: Handle: 1');
    const derKey = textsOf(await pull('AMT_PublicPrivateKeyPair'), 'DERKey')[1] ?? '';
    const sign = (algorithm: number, request: string) =>
      ask().call(
        service,
        'GeneratePKCS10RequestEx',
        `<r:KeyPair>${reference('AMT_PublicPrivateKeyPair', 'InstanceID', keyId)}</r:KeyPair><r:SigningAlgorithm>${algorithm}` +
          `</r:SigningAlgorithm><r:NullSignedCertificateRequest>${request}</r:NullSignedCertificateRequest>`,
      );
    const signed = await sign(1, unsigned(derKey, 'host1.own.example'));
    const der = forge.util.decode64(textOf(signed.body, 'SignedCertificateRequest') ?? '');
    const request = forge.pki.certificationRequestFromAsn1(forge.asn1.fromDer(der));
    expect(request.verify()).toBe(true);
    expect(request.subject.getField('CN').value).toBe('host1.own.example');

    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const otherKey = other.publicKey.export({ format: 'der', type: 'pkcs1' }).toString('base64');
    expect((await sign(1, unsigned(otherKey, 'x'))).returnValue).toBe(2064);
    expect((await sign(9, unsigned(derKey, 'x'))).returnValue).toBe(36);
    expect((await sign(1, 'AAAA')).returnValue).toBe(36);

    if (!request.publicKey) throw new Error('No key in the request');
    const certificate = base64(issue('host1.own.example', request.publicKey));
    const added = await add('AddCertificate', certificate);
    certificateId = handleIn(added.body);
    expect(added.returnValue).toBe(0);
    expect((await add('AddCertificate', certificate)).returnValue).toBe(2058);
    expect((await add('AddCertificate', 'AAAA')).returnValue).toBe(2063);
    expect((await add('AddTrustedRootCertificate', base64(authority))).returnValue).toBe(0);
  });

  test('TLS shows it after the commit, not before', async () => {
    const before = await shown();
    const exists = await ask().send({
      className: 'AMT_TLSCredentialContext',
      operation: 'Create',
      body: `<h:AMT_TLSCredentialContext xmlns:h="http://intel.com/wbem/wscim/1/amt-schema/1/AMT_TLSCredentialContext">${tlsContext(certificateId)}</h:AMT_TLSCredentialContext>`,
    });
    expect(exists.body).toContain('e:AlreadyExists');
    expect((await ask().put('AMT_TLSCredentialContext', tlsContext(certificateId))).status).toBe(200);
    expect(await shown()).toBe(before);
    expect((await commit()).returnValue).toBe(0);
    expect(await shown()).toBe('CN=host1.own.example');
  });

  test('clients can be asked for a certificate with a name that is trusted', async () => {
    const remote = { InstanceID: 'Intel(r) AMT 802.3 TLS Settings' };
    const settings = (isMutual: boolean) =>
      `<h:AcceptNonSecureConnections>true</h:AcceptNonSecureConnections><h:Enabled>true</h:Enabled>` +
      `<h:MutualAuthentication>${isMutual}</h:MutualAuthentication><h:TrustedCN>console.example</h:TrustedCN>`;
    expect((await ask().put('AMT_TLSSettingData', settings(true), remote)).status).toBe(200);
    await commit();
    const client = forge.pki.rsa.generateKeyPair(2048);
    const key = forge.pki.privateKeyToPem(client.privateKey);
    const talk = async (cert: string | undefined) => {
      const session = await logOn(address, {
        port: tls,
        tls: { rejectUnauthorized: false, ...(cert ? { cert, key } : {}) },
      });
      const { status } = await session.send(identify);
      session.close();
      return status;
    };
    expect(await talk(forge.pki.certificateToPem(issue('console.example', client.publicKey)))).toBe(200);
    await expect(talk(undefined)).rejects.toThrow();
    await expect(talk(forge.pki.certificateToPem(issue('other.example', client.publicKey)))).rejects.toThrow();
    await ask().put('AMT_TLSSettingData', settings(false), remote);
    await commit();
    expect(await talk(undefined)).toBe(200);
  });

  test('the plain port closes with the commit that says so', async () => {
    const remote = { InstanceID: 'Intel(r) AMT 802.3 TLS Settings' };
    const closed =
      '<h:AcceptNonSecureConnections>false</h:AcceptNonSecureConnections><h:Enabled>true</h:Enabled><h:MutualAuthentication>false</h:MutualAuthentication>';
    await ask().put('AMT_TLSSettingData', closed, remote);
    expect((await commit()).returnValue).toBe(0);
    // The ports change after the reply: the next handshake is served by the new ones.
    expect(await shown()).toBe('CN=host1.own.example');
    await expect(openWire(address, plain)).rejects.toThrow('ECONNREFUSED');
  });
});

test('TLS without a certificate is missing data', async () => {
  const remove = await ask().send(
    {
      className: 'AMT_TLSCredentialContext',
      operation: 'Delete',
      selectors: {},
    },
    'host2',
  );
  expect(remove.status).toBe(200);
  expect((await ask().call('AMT_SetupAndConfigurationService', 'CommitChanges', '', 'host2')).returnValue).toBe(2057);
});

test('a key of its own is taken once, and only if it is one', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const blob = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })).export({
    format: 'der',
    type: 'pkcs1',
  });
  const addKey = (content: string) => ask().call(service, 'AddKey', `<r:KeyBlob>${content}</r:KeyBlob>`, 'host2');
  expect((await addKey(blob.toString('base64'))).returnValue).toBe(0);
  expect((await addKey(blob.toString('base64'))).returnValue).toBe(2058);
  expect((await addKey('AAAA')).returnValue).toBe(2062);
});
