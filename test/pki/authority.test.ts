import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createOwnAuthority,
  makeProvisioningRequest,
  makeTryOutCertificates,
  readBundle,
} from '../../adapters/pki/index.ts';
import { readCrl } from '../../adapters/pki/revocation/read-crl.ts';
import { judgeBundle } from '../../src/pki/judge-provisioning.ts';
import type { CertificateOrder, OwnAuthority } from '../../src/ports/pki/issuer.ts';
import { authority as authorityExtensions, openWorkshop, type Workshop } from './openssl.ts';
import { errorOf, listOf, makeAuthority, openAuthority, requestOf } from './testing.ts';

let workshop: Workshop;
let authority: OwnAuthority;
let request: Buffer;
beforeAll(async () => {
  workshop = await openWorkshop();
  await makeAuthority(workshop);
  authority = await openAuthority(workshop);
  request = await requestOf(workshop, 'device');
}, 60_000);
afterAll(() => workshop.remove());

const order = (more: Partial<CertificateOrder> = {}): CertificateOrder => ({
  request,
  purpose: 'device_tls',
  name: 'Host42.corp.example.com',
  userPrincipalName: null,
  serial: authority.newSerial(),
  ...more,
});
/** Issues and writes NAME.crt; resolves to what OpenSSL reads in it. */
const issued = async (name: string, more: Partial<CertificateOrder> = {}, by = authority) => {
  const answer = await by.submit(order(more));
  if (answer.kind !== 'issued') throw new Error('pending');
  await writeFile(workshop.path(`${name}.der`), answer.certificate.der);
  await workshop.run('x509', '-inform', 'DER', '-in', `${name}.der`, '-out', `${name}.crt`);
  return { certificate: answer.certificate, text: await workshop.run('x509', '-in', `${name}.crt`, '-noout', '-text') };
};

describe('certificates of devices', () => {
  test('a TLS server certificate: OpenSSL verifies it for this name and purpose, and reads what should be in it', async () => {
    const { certificate, text } = await issued('tls');
    expect(
      await workshop.run(
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-verify_hostname',
        'host42.corp.example.com',
        '-CAfile',
        'ca.pem',
        'tls.crt',
      ),
    ).toContain('tls.crt: OK');
    await expect(workshop.run('verify', '-purpose', 'sslclient', '-CAfile', 'ca.pem', 'tls.crt')).rejects.toThrow();
    for (const line of [
      'Subject: CN = host42.corp.example.com',
      'Issuer: O = Lab, CN = Lab Device CA',
      'Signature Algorithm: sha256WithRSAEncryption',
      'CA:FALSE',
      'Digital Signature, Key Encipherment',
      'TLS Web Server Authentication',
      'DNS:host42.corp.example.com',
      'URI:http://pki.example.com/crl.der',
      'X509v3 Authority Key Identifier',
      'X509v3 Subject Key Identifier',
    ])
      expect(text).toContain(line);
    expect(text).not.toContain('evil');
    expect(certificate.serial).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(certificate.notAfter.getTime() - Date.now()).toBeGreaterThan(364.9 * 86_400_000);
  });

  test('an 802.1X client certificate: client authentication, UPN in place of the DNS name', async () => {
    const { text } = await issued('client', {
      purpose: 'network_client',
      userPrincipalName: 'host42$iME@corp.example.com',
    });
    expect(
      await workshop.run('verify', '-x509_strict', '-purpose', 'sslclient', '-CAfile', 'ca.pem', 'client.crt'),
    ).toContain('OK');
    await expect(workshop.run('verify', '-purpose', 'sslserver', '-CAfile', 'ca.pem', 'client.crt')).rejects.toThrow();
    expect(text).toMatch(/othername: UPN::?host42\$iME@corp\.example\.com/);
    expect(text).not.toContain('DNS:');
    expect((await issued('client2', { purpose: 'network_client' })).text).toContain('DNS:host42.corp.example.com');
  });

  test('an authority with an elliptic key below a root issues too; the key of a PKCS#12 opens it', async () => {
    await workshop.make({
      name: 'ecca',
      subject: '/CN=EC CA',
      issuer: 'ca',
      extensions: authorityExtensions,
      key: 'ec:P-384',
      days: 3000,
    });
    const bytes = await workshop.pkcs12('ecca', 'ecca', ['ca', 'ecca'], '-legacy');
    const ec = await createOwnAuthority({
      source: { kind: 'pkcs12', bytes, password: 'Passw0rd!' },
      policy: { days: { device_tls: 30, network_client: 30 }, crlUrl: null },
      now: () => new Date(),
    });
    const { text } = await issued('ec', {}, ec);
    expect(text).toContain('ecdsa-with-SHA384');
    expect(
      await workshop.run('verify', '-x509_strict', '-CAfile', 'ca.pem', '-untrusted', 'ecca.pem', 'ec.crt'),
    ).toContain('OK');
    expect(ec.chain.map(({ subject }) => subject)).toEqual(['CN=EC CA', 'O=Lab, CN=Lab Device CA']);
  });

  test('none outlives its authority; one that ends within a day issues nothing', async () => {
    const end = authority.chain[0]?.notAfter.getTime() ?? 0;
    const late = (days: number) => openAuthority(workshop, { now: () => new Date(end - days * 86_400_000) });
    expect((await issued('late', {}, await late(100))).certificate.notAfter.getTime()).toBe(end);
    expect(await errorOf((await late(0.5)).submit(order()))).toMatchObject({ code: 'pki_ca_expired' });
    expect(await errorOf((await late(-1)).submit(order()))).toMatchObject({ code: 'pki_ca_expired' });
  });

  test('serial numbers do not repeat', () => {
    const serials = Array.from({ length: 1_000 }, () => authority.newSerial());
    expect(new Set(serials).size).toBe(1_000);
  });

  test.each([
    'host42',
    '',
    '10.0.0.1',
    'a..example.com',
    '-a.example.com',
    'a b.example.com',
    '*.example.com',
    `${'a'.repeat(60)}.example.com`,
    'host\n.example.com',
    'hóst.example.com',
  ])('the name %j is refused', async (name) => {
    expect(await errorOf(authority.submit(order({ name })))).toMatchObject({
      name: 'PkiError',
      code: 'pki_name_unfit',
    });
  });

  test.each(['no-at', 'a@b@c', '@b', 'a b@c', ''])('the principal name %j is refused', async (userPrincipalName) => {
    expect(await errorOf(authority.submit(order({ purpose: 'network_client', userPrincipalName })))).toMatchObject({
      code: 'pki_name_unfit',
    });
  });
});

describe('requests', () => {
  test('keys that are too small, too large, elliptic or the authority’s own are refused', async () => {
    const refused = async (bytes: Uint8Array, more: Partial<CertificateOrder> = {}) =>
      expect(await errorOf(authority.submit(order({ request: bytes, ...more })))).toMatchObject({
        code: 'pki_key_unfit',
      });
    await refused(await requestOf(workshop, 'small', 1024));
    const large = await requestOf(workshop, 'large', 3072);
    await refused(large, { purpose: 'network_client' });
    expect((await authority.submit(order({ request: large }))).kind).toBe('issued');
    await workshop.run(
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      'e.key',
      '-subj',
      '/CN=x',
      '-outform',
      'DER',
      '-out',
      'e.csr',
    );
    await refused(await workshop.read('e.csr'));
    await workshop.run('req', '-new', '-key', 'ca.key', '-subj', '/CN=x', '-outform', 'DER', '-out', 'own.csr');
    await refused(await workshop.read('own.csr'));
  });

  test('a request that asks to be an authority gets what we give', async () => {
    const greedy = await requestOf(
      workshop,
      'greedy',
      2048,
      '-addext',
      'basicConstraints=critical,CA:true',
      '-addext',
      'subjectAltName=DNS:evil.test',
    );
    const { text } = await issued('greedy', { request: greedy });
    expect(text).toContain('CA:FALSE');
    expect(text).not.toMatch(/CA:TRUE|evil/);
  });

  test('SHA-1, as old firmware signs, is taken; MD5 is not', async () => {
    expect((await issued('sha1', { request: await requestOf(workshop, 'sha1', 2048, '-sha1') })).text).toContain(
      'sha256With',
    );
    const md5 = await requestOf(workshop, 'md5', 2048, '-md5');
    expect(await errorOf(authority.submit(order({ request: md5 })))).toMatchObject({ code: 'pki_request_signature' });
  });

  test('with another key put in, or cut off anywhere, nothing is issued', async () => {
    const changed = Buffer.from(request);
    changed[changed.length - 3] = (changed[changed.length - 3] ?? 0) ^ 1;
    expect(await errorOf(authority.submit(order({ request: changed })))).toMatchObject({
      code: 'pki_request_signature',
    });
    for (let at = 0; at < request.length; at += 7) {
      expect(await errorOf(authority.submit(order({ request: request.subarray(0, at) })))).toMatchObject({
        name: 'PkiError',
      });
      const flipped = Buffer.from(request);
      flipped[at] = (flipped[at] ?? 0) ^ 0xff;
      const error = await errorOf(authority.submit(order({ request: flipped })));
      // The parameters of the signature's algorithm are empty, are not signed, and change nothing.
      const unsigned = at >= request.length - 276 && at < request.length - 261;
      if (!unsigned || error !== null) expect([at, error]).toMatchObject([at, { name: 'PkiError' }]);
    }
    expect(await errorOf(authority.submit(order({ request: Buffer.alloc(20_000) })))).toMatchObject({
      code: 'pki_too_large',
    });
  });
});

describe('an authority that is not fit', () => {
  const refused = async (name: string, code: string) =>
    expect(await errorOf(openAuthority(workshop, { name }))).toMatchObject({ name: 'PkiError', code });

  test('no authority, no right to sign, or a key that devices do not take', async () => {
    await workshop.make({ name: 'plain', subject: '/CN=Plain' });
    await refused('plain', 'pki_ca_unfit');
    await workshop.make({
      name: 'nosign',
      subject: '/CN=x',
      extensions: ['basicConstraints=CA:true', 'keyUsage=cRLSign'],
    });
    await refused('nosign', 'pki_ca_unfit');
    await workshop.make({ name: 'big', subject: '/CN=x', extensions: authorityExtensions, key: 'rsa:3072' });
    await refused('big', 'pki_ca_unfit');
  });

  test('the key of another, an encrypted one without its password, no key at all', async () => {
    const open = async (key: string, password: string | null = null) =>
      createOwnAuthority({
        source: { kind: 'pem', certificates: (await workshop.read('ca.pem')).toString(), key, password },
        policy: { days: { device_tls: 1, network_client: 1 }, crlUrl: null },
        now: () => new Date(),
      });
    expect(await errorOf(open((await workshop.read('device.key')).toString()))).toMatchObject({
      code: 'pki_ca_key_mismatch',
    });
    expect(await errorOf(open('nothing'))).toMatchObject({ code: 'pki_no_key' });
    await workshop.run('pkcs8', '-topk8', '-in', 'ca.key', '-passout', 'pass:secret', '-out', 'locked.key');
    const locked = (await workshop.read('locked.key')).toString();
    expect(await errorOf(open(locked))).toMatchObject({ code: 'pki_wrong_password' });
    expect(await errorOf(open(locked, 'other'))).toMatchObject({ code: 'pki_wrong_password' });
    expect((await open(locked, 'secret')).id).toBe(authority.id);
  });
});

describe('revocation lists', () => {
  test('OpenSSL verifies the list, reads numbers and reasons, and refuses what stands on it', async () => {
    const { certificate } = await issued('gone');
    await issued('kept');
    const der = await listOf(
      authority,
      [{ serial: certificate.serial, at: new Date('2026-01-05T10:00:00Z'), reason: 'superseded' }],
      258,
    );
    await writeFile(workshop.path('list.der'), der);
    const text = await workshop.run('crl', '-inform', 'DER', '-in', 'list.der', '-CAfile', 'ca.pem', '-noout', '-text');
    expect(text).toContain('verify OK');
    expect(text).toMatch(/X509v3 CRL Number:\s+258/);
    expect(text).toContain(`Serial Number: ${certificate.serial}`);
    expect(text).toContain('Superseded');
    await workshop.run('crl', '-inform', 'DER', '-in', 'list.der', '-out', 'list.pem');
    const verify = (name: string) =>
      workshop.run('verify', '-crl_check', '-x509_strict', '-CAfile', 'ca.pem', '-CRLfile', 'list.pem', `${name}.crt`);
    expect(await verify('kept')).toContain('OK');
    await expect(verify('gone')).rejects.toThrow(/certificate revoked/);
  });

  test('an empty one is a list too, and our own reader agrees', async () => {
    const empty = await listOf(authority, []);
    await writeFile(workshop.path('empty.der'), empty);
    expect(
      await workshop.run('crl', '-inform', 'DER', '-in', 'empty.der', '-CAfile', 'ca.pem', '-noout', '-text'),
    ).toContain('No Revoked Certificates');
    expect(readCrl(empty)).toMatchObject({ complete: true, number: '1' });
  });

  test('ten thousand entries are made and searched', async () => {
    const revoked = Array.from({ length: 10_000 }, () => ({
      serial: authority.newSerial() ?? '',
      at: new Date(),
      reason: 'superseded' as const,
    }));
    const list = readCrl(await listOf(authority, revoked));
    expect(list.revokedAt(revoked[9_999]?.serial ?? '')).toBeInstanceOf(Date);
    expect(list.revokedAt('FF')).toBeNull();
  });

  test('cut off anywhere, it is no list or one that is not signed', async () => {
    const whole = Buffer.from(await listOf(authority, [{ serial: 'AB', at: new Date(), reason: 'unspecified' }]));
    for (let at = 0; at < whole.length; at += 5)
      expect(() => readCrl(whole.subarray(0, at))).toThrow('it ends too early');
  });

  test('an authority without the right to sign lists says so', async () => {
    await workshop.make({
      name: 'nolist',
      subject: '/CN=No List',
      extensions: ['basicConstraints=critical,CA:true', 'keyUsage=keyCertSign'],
    });
    expect(await errorOf(listOf(await openAuthority(workshop, { name: 'nolist' }), []))).toMatchObject({
      code: 'pki_ca_unfit',
    });
  });
});

describe('a request for a provisioning certificate', () => {
  test('OpenSSL verifies it and reads purpose, unit and name; what an authority makes of it passes every rule', async () => {
    const { request: pem, key } = await makeProvisioningRequest({
      commonName: 'oob.corp.example.com',
      organization: 'Größe & Co',
      withUnit: true,
      bits: 2048,
    });
    await writeFile(workshop.path('prov.csr'), pem);
    const text = await workshop.run('req', '-in', 'prov.csr', '-verify', '-noout', '-text', '-nameopt', 'utf8');
    expect(text).toMatch(/verify OK|Certificate request self-signature verify OK/);
    expect(text).toContain('OU=Intel(R) Client Setup Certificate');
    expect(text).toMatch(/TLS Web Server Authentication, 2\.16\.840\.1\.113741\.1\.2\.3/);
    await workshop.run(
      'x509',
      '-req',
      '-in',
      'prov.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-set_serial',
      '77',
      '-days',
      '365',
      '-copy_extensions',
      'copy',
      '-out',
      'prov.pem',
    );
    const certificates = `${await workshop.read('ca.pem')}${await workshop.read('prov.pem')}`;
    const bundle = await readBundle({ kind: 'pem', certificates, key, password: null });
    const checks = judgeBundle(
      bundle,
      { dnsSuffix: 'corp.example.com', rootHashes: [authority.id], amtMajor: 15, hostBased: true },
      null,
      new Date(),
    );
    expect(checks.filter(({ status }) => status !== 'pass').map(({ name }) => name)).toEqual(['order', 'revocation']);
  });
});

describe('certificates of a site that is tried out', () => {
  test('OpenSSL verifies the provisioning certificate, every rule of AMT passes, and the authority is fit for devices', async () => {
    const wish = { authority: 'Try-out CA', commonName: 'setup.lyon.example', days: 100 };
    const { root, provisioning } = await makeTryOutCertificates(wish, new Date());
    await writeFile(workshop.path('try-root.pem'), root.certificate);
    await writeFile(workshop.path('try-leaf.pem'), provisioning.chain);
    const verify = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', 'try-root.pem', 'try-leaf.pem'];
    expect(await workshop.run(...verify)).toContain('try-leaf.pem: OK');
    const { chain: certificates, key } = provisioning;
    const bundle = await readBundle({ kind: 'pem', certificates, key, password: null });
    const own = await createOwnAuthority({
      source: { kind: 'pem', certificates: root.certificate, key: root.key, password: null },
      policy: { days: { device_tls: 50, network_client: 50 }, crlUrl: null },
      now: () => new Date(),
    });
    const target = { dnsSuffix: 'lyon.example', rootHashes: [own.id], amtMajor: 15, hostBased: true };
    const checks = judgeBundle(bundle, target, null, new Date());
    expect(checks.filter(({ status }) => status !== 'pass').map(({ name }) => name)).toEqual(['revocation']);
    expect(await own.submit(order())).toMatchObject({ kind: 'issued', certificate: { subject: expect.any(String) } });
  });
});
