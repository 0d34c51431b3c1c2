import { afterEach, describe, expect, test } from '@jest/globals';
import type { KerberosSettings } from '../../../src/ports/amt/kerberos.ts';
import { errorOf } from '../conversation.ts';
import { fieldsOf, instance, instances, output, type Reply, reference, type Stub, startStub } from './stub.ts';

const open: Stub[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function stub(replies: Record<string, Reply>, version = '15.0.23'): Promise<Stub> {
  const made = await startStub(replies, { host: '127.22.9.6', version });
  open.push(made);
  return made;
}

const on = (method: string) => `${method} AMT_PublicKeyManagementService`;
const created = (method: string, element: string, className: string, handle: string) =>
  `<g:${method}_OUTPUT><g:${element}>${reference(className, 'InstanceID', handle)}</g:${element}><g:ReturnValue>0</g:ReturnValue></g:${method}_OUTPUT>`;
const certificate = (handle: number, der: string, values: Record<string, string | boolean> = {}) =>
  instance('AMT_PublicKeyCertificate', {
    ElementName: 'Intel(r) AMT Certificate',
    InstanceID: `Intel(r) AMT Certificate: Handle: ${handle}`,
    Issuer: 'C=unknown,CN=Root',
    Subject: 'C=unknown,CN=Root',
    TrustedRootCertficate: true,
    X509Certificate: Buffer.from(der).toString('base64'),
    ...values,
  });

describe('certificates and keys', () => {
  test('the store', async () => {
    const { run } = await stub({
      ...instances(
        'AMT_PublicKeyCertificate',
        certificate(0, 'one'),
        certificate(1, 'two', { TrustedRootCertficate: false, ReadOnlyCertificate: true }),
      ),
      ...instances(
        'AMT_PublicPrivateKeyPair',
        instance('AMT_PublicPrivateKeyPair', {
          DERKey: 'MIIB',
          ElementName: 'Intel(r) AMT Key',
          InstanceID: 'Intel(r) AMT Key: Handle: 0',
        }),
      ),
    });
    await run(async ({ provisioning: { certificates } }) => {
      const found = await certificates.list();
      expect(found.map((one) => ({ ...one, der: Buffer.from(one.der).toString() }))).toEqual([
        {
          handle: 'Intel(r) AMT Certificate: Handle: 0',
          der: 'one',
          trustedRoot: true,
          readOnly: false,
          subject: 'C=unknown,CN=Root',
          issuer: 'C=unknown,CN=Root',
        },
        {
          handle: 'Intel(r) AMT Certificate: Handle: 1',
          der: 'two',
          trustedRoot: false,
          readOnly: true,
          subject: 'C=unknown,CN=Root',
          issuer: 'C=unknown,CN=Root',
        },
      ]);
      expect((await certificates.keyPairs()).map((one) => one.handle)).toEqual(['Intel(r) AMT Key: Handle: 0']);
    });
  });

  test('a certificate and a root are added', async () => {
    const device = await stub({
      [on('AddCertificate')]: created('AddCertificate', 'CreatedCertificate', 'AMT_PublicKeyCertificate', 'Handle: 1'),
      [on('AddTrustedRootCertificate')]: created(
        'AddTrustedRootCertificate',
        'CreatedCertificate',
        'AMT_PublicKeyCertificate',
        'Handle: 2',
      ),
    });
    await device.run(async ({ provisioning: { certificates } }) => {
      expect(await certificates.add(Buffer.from('leaf'))).toBe('Handle: 1');
      expect(await certificates.addTrustedRoot(Buffer.from('root'))).toBe('Handle: 2');
    });
    expect(device.bodies(on('AddCertificate')).map(fieldsOf)).toEqual([{ CertificateBlob: 'bGVhZg==' }]);
  });

  test('one that is there already is found, not added', async () => {
    const nothing =
      '<g:AddTrustedRootCertificate_OUTPUT><g:CreatedCertificate><b:Address>default</b:Address><b:ReferenceParameters><c:ResourceURI></c:ResourceURI><c:SelectorSet></c:SelectorSet></b:ReferenceParameters></g:CreatedCertificate><g:ReturnValue>2058</g:ReturnValue></g:AddTrustedRootCertificate_OUTPUT>';
    const { run } = await stub({
      [on('AddTrustedRootCertificate')]: nothing,
      ...instances('AMT_PublicKeyCertificate', certificate(0, 'other'), certificate(3, 'root')),
    });
    expect(await run((session) => session.provisioning.certificates.addTrustedRoot(Buffer.from('root')))).toBe(
      'Intel(r) AMT Certificate: Handle: 3',
    );
  });

  test('a certificate that the device made but does not name', async () => {
    const { run } = await stub({ [on('AddCertificate')]: output('AddCertificate') });
    const error = await errorOf(run((session) => session.provisioning.certificates.add(Buffer.from('x'))));
    expect(error).toMatchObject({ code: 'protocol_error', mayHaveActed: true });
  });

  test('a certificate of a name with <&> in its handle is removed', async () => {
    const device = await stub({ 'Delete AMT_PublicKeyCertificate': '' });
    await device.run((session) => session.provisioning.certificates.remove('a<b>&"c'));
    expect(device.texts('Delete AMT_PublicKeyCertificate')[0]).toContain('Name="InstanceID">a&lt;b&gt;&amp;&quot;c<');
  });

  test.each([2_061, 2_082])('a key pair, after the device was busy (%i) twice', async (busy) => {
    let asked = 0;
    const device = await stub({
      [on('GenerateKeyPair')]: () => {
        asked += 1;
        if (asked < 3) return output('GenerateKeyPair', {}, busy);
        return created('GenerateKeyPair', 'KeyPair', 'AMT_PublicPrivateKeyPair', 'Intel(r) AMT Key: Handle: 0');
      },
    });
    expect(await device.run((session) => session.provisioning.certificates.generateKeyPair(2_048))).toBe(
      'Intel(r) AMT Key: Handle: 0',
    );
    expect(device.bodies(on('GenerateKeyPair')).map(fieldsOf)).toEqual(
      Array(3).fill({ KeyAlgorithm: '0', KeyLength: '2048' }),
    );
  });

  test('a key pair that never comes is given up, another refusal at once', async () => {
    const busy = await stub({ [on('GenerateKeyPair')]: output('GenerateKeyPair', {}, 2_061) });
    const error = await errorOf(busy.run((session) => session.provisioning.certificates.generateKeyPair(2_048)));
    expect(error.evidence[0]).toContain('2061 PKI_GENERATING_KEYS');
    expect(busy.asked).toHaveLength(20);
    await open.pop()?.close();
    const full = await stub({ [on('GenerateKeyPair')]: output('GenerateKeyPair', {}, 23) });
    await errorOf(full.run((session) => session.provisioning.certificates.generateKeyPair(2_048)));
    expect(full.asked).toHaveLength(1);
  });

  test('a request is signed by the key that never leaves the device', async () => {
    const device = await stub({
      [on('GeneratePKCS10RequestEx')]: output('GeneratePKCS10RequestEx', { SignedCertificateRequest: 'c2lnbmVk' }),
    });
    const signed = await device.run((session) =>
      session.provisioning.certificates.signRequest('Intel(r) AMT Key: Handle: 0', Buffer.from('unsigned'), 'sha256'),
    );
    expect(Buffer.from(signed).toString()).toBe('signed');
    const text = device.texts(on('GeneratePKCS10RequestEx'))[0];
    expect(text).toMatch(/AMT_PublicPrivateKeyPair<\/w:ResourceURI>.*Name="InstanceID">Intel\(r\) AMT Key: Handle: 0</);
    expect(text).toContain('<h:SigningAlgorithm>1</h:SigningAlgorithm><h:NullSignedCertificateRequest>dW5zaWduZWQ=<');
  });

  test('an answer that is no base64 is an error', async () => {
    const { run } = await stub({
      [on('GeneratePKCS10RequestEx')]: output('GeneratePKCS10RequestEx', { SignedCertificateRequest: 'test?' }),
    });
    const signed = run((session) => session.provisioning.certificates.signRequest('k', Buffer.from('x'), 'sha1'));
    await expect(errorOf(signed)).resolves.toMatchObject({ code: 'protocol_error' });
  });
});

describe('TLS', () => {
  const settings = (values: Record<string, string | boolean | string[]> = {}) =>
    instance('AMT_TLSSettingData', {
      AcceptNonSecureConnections: true,
      ElementName: 'Intel(r) AMT LMS TLS Settings',
      Enabled: true,
      InstanceID: 'Intel(r) AMT LMS TLS Settings',
      MutualAuthentication: false,
      ...values,
    });

  test('is read by interface', async () => {
    const device = await stub({
      'Get AMT_TLSSettingData': settings({ TrustedCN: ['a.example.com', 'b.example.com'] }),
    });
    expect(await device.run((session) => session.provisioning.tls.read('local'))).toEqual({
      enabled: true,
      mutual: false,
      plainTextAccepted: true,
      plainTextSupported: null,
      trustedNames: ['a.example.com', 'b.example.com'],
    });
    expect(device.texts('Get AMT_TLSSettingData')[0]).toContain('Name="InstanceID">Intel(r) AMT LMS TLS Settings<');
  });

  test('is written: names replaced as a whole, what is not named stays', async () => {
    const device = await stub({
      'Get AMT_TLSSettingData': settings({ TrustedCN: ['old1', 'old2'], NonSecureConnectionsSupported: true }),
      'Put AMT_TLSSettingData': '',
    });
    await device.run((session) => session.provisioning.tls.write('network', { mutual: true, trustedNames: ['new'] }));
    expect(fieldsOf(device.bodies('Put AMT_TLSSettingData')[0])).toEqual({
      AcceptNonSecureConnections: 'true',
      ElementName: 'Intel(r) AMT LMS TLS Settings',
      Enabled: 'true',
      InstanceID: 'Intel(r) AMT LMS TLS Settings',
      MutualAuthentication: 'true',
      TrustedCN: 'new',
    });
  });

  test('plain text where there is none any more', async () => {
    const device = await stub({ 'Get AMT_TLSSettingData': settings({ NonSecureConnectionsSupported: false }) });
    const written = device.run((session) => session.provisioning.tls.write('network', { plainTextAccepted: true }));
    await expect(errorOf(written)).resolves.toMatchObject({ code: 'class_missing' });
  });

  const context = (handle: string) =>
    `<g:AMT_TLSCredentialContext><g:ElementInContext>${reference('AMT_PublicKeyCertificate', 'InstanceID', handle)}</g:ElementInContext>` +
    `<g:ElementProvidingContext>${reference('AMT_TLSProtocolEndpointCollection', 'ElementName', 'TLSProtocolEndpoint Instances Collection')}</g:ElementProvidingContext></g:AMT_TLSCredentialContext>`;

  test('the first certificate: a context is made', async () => {
    const device = await stub({ ...instances('AMT_TLSCredentialContext'), 'Create AMT_TLSCredentialContext': '' });
    const made = device.run(async ({ provisioning: { tls } }) => {
      expect(await tls.serverCertificate()).toBeNull();
      await tls.useCertificate('Handle: 1');
    });
    // A device that answers a Create with nothing has told nothing.
    await expect(errorOf(made)).resolves.toMatchObject({ code: 'protocol_error', mayHaveActed: true });
    const text = device.texts('Create AMT_TLSCredentialContext')[0];
    expect(text).toContain('Name="InstanceID">Handle: 1<');
    expect(text).toContain('Name="ElementName">TLSProtocolEndpoint Instances Collection<');
  });

  test('another certificate: the context is changed; the same one: nothing is', async () => {
    const device = await stub({
      ...instances('AMT_TLSCredentialContext', context('Handle: 1')),
      'Put AMT_TLSCredentialContext': context('Handle: 2'),
    });
    await device.run(async ({ provisioning: { tls } }) => {
      expect(await tls.serverCertificate()).toBe('Handle: 1');
      await tls.useCertificate('Handle: 1');
      await tls.useCertificate('Handle: 2');
    });
    const puts = device.texts('Put AMT_TLSCredentialContext');
    expect(puts).toHaveLength(1);
    expect(puts[0]).toMatch(/ElementInContext>.*Handle: 2<.*ElementProvidingContext>.*Instances Collection</);
  });
});

describe('Kerberos', () => {
  const get = 'Get AMT_KerberosSettingData';
  const put = 'Put AMT_KerberosSettingData';
  const present = instance('AMT_KerberosSettingData', {
    ElementName: 'Intel(r) AMT: Kerberos Settings',
    InstanceID: 'Intel (r) AMT: Kerberos Settings',
    KrbEnabled: false,
    SupportedEncryptionAlgorithms: [0, 1, 2],
  });
  const withKey: KerberosSettings = {
    realm: 'EXAMPLE.COM',
    key: { kind: 'master-key', key: Buffer.alloc(16, 5) },
    keyVersion: 2,
    clockToleranceMinutes: 5,
    servicePrincipals: ['HTTP/host42.example.com:16993'],
  };

  test('is read', async () => {
    const { run } = await stub({ [get]: present });
    expect(await run((session) => session.provisioning.kerberos.read())).toEqual({
      enabled: false,
      realm: null,
      keyVersion: null,
      clockToleranceMinutes: null,
      supported: ['rc4-hmac', 'aes128-cts-hmac-sha1-96', 'aes256-cts-hmac-sha1-96'],
      configured: [],
    });
  });

  test('with a master key', async () => {
    const device = await stub({ [get]: present, [put]: '' }, '6.2.61');
    await device.run((session) => session.provisioning.kerberos.enable(withKey));
    expect(fieldsOf(device.bodies(put)[0])).toEqual({
      ElementName: 'Intel(r) AMT: Kerberos Settings',
      EncryptionAlgorithm: '0',
      InstanceID: 'Intel (r) AMT: Kerberos Settings',
      KeyVersion: '2',
      KrbEnabled: 'true',
      MasterKey: Buffer.alloc(16, 5).toString('base64'),
      MaximumClockTolerance: '5',
      RealmName: 'EXAMPLE.COM',
      ServicePrincipalName: 'HTTP/host42.example.com:16993',
      ServicePrincipalProtocol: '0',
    });
    expect(device.texts(put)[0]).toContain('Name="InstanceID">Intel (r) AMT: Kerberos Settings<');
  });

  const passphrase: KerberosSettings = {
    ...withKey,
    key: {
      kind: 'passphrase',
      passphrase: 'S3cret-passphrase',
      salt: 'EXAMPLE.COMhost42',
      iterations: 4_096,
      encryptions: ['aes128-cts-hmac-sha1-96', 'aes256-cts-hmac-sha1-96'],
    },
  };

  test('with a passphrase, since AMT 8.0', async () => {
    const device = await stub({ [get]: present, [put]: '' });
    await device.run((session) => session.provisioning.kerberos.enable(passphrase));
    expect(fieldsOf(device.bodies(put)[0])).toMatchObject({
      ConfiguredEncryptionAlgorithms: ['1', '2'],
      IterationCount: '4096',
      Passphrase: 'S3cret-passphrase',
      Salt: 'EXAMPLE.COMhost42',
    });
    expect(fieldsOf(device.bodies(put)[0])).not.toHaveProperty('MasterKey');
  });

  test('with a passphrase before AMT 8.0: known without asking', async () => {
    const device = await stub({}, '7.1.20');
    const error = await errorOf(device.run((session) => session.provisioning.kerberos.enable(passphrase)));
    expect(error).toMatchObject({
      code: 'class_missing',
      evidence: ['AMT 7.1.20 has no Passphrase of AMT_KerberosSettingData (since 8.0)'],
    });
    expect(device.asked).toEqual([]);
  });

  test('off', async () => {
    const device = await stub({ [get]: present.replace('false', 'true'), [put]: '' });
    await device.run((session) => session.provisioning.kerberos.disable());
    expect(fieldsOf(device.bodies(put)[0])).toMatchObject({ KrbEnabled: 'false' });
  });

  test.each<[string, Partial<KerberosSettings>, RegExp]>([
    ['no realm', { realm: '' }, /realm/],
    ['too much tolerance', { clockToleranceMinutes: 6 }, /1 to 5 minutes/],
    ['a short key', { key: { kind: 'master-key', key: Buffer.alloc(15) } }, /16 bytes/],
    ['too many principals', { servicePrincipals: Array(5).fill('HTTP/x') }, /4 service principals/],
  ])('%s is not sent', async (_name, change, why) => {
    const device = await stub({ [get]: present });
    const error = await errorOf(
      device.run((session) => session.provisioning.kerberos.enable({ ...withKey, ...change })),
    );
    expect(error.evidence.join()).toMatch(why);
    expect(device.asked).toEqual([]);
  });
});
