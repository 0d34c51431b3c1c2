import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPublicServer } from '../../src/http/public-http.ts';
import { mountRevocationList } from '../../src/http/revocation-list-route.ts';
import { type Certificates, createCertificates } from '../../src/pki/certificates.ts';
import { createRevocationLists, type RevocationLists } from '../../src/pki/revocation-lists.ts';
import type { OwnAuthority } from '../../src/ports/pki/issuer.ts';
import type { CertificateRecord } from '../../src/ports/store/certificate-store.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { openStore, recordingLogger, temporaryDirectory } from '../store/testing.ts';
import { openWorkshop, type Workshop } from './openssl.ts';
import { radiusHint, radiusIsHere, startRadius } from './radius.ts';
import { errorOf, makeAuthority, openAuthority, requestOf } from './testing.ts';

const dayMs = 86_400_000;
let workshop: Workshop;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let store: Store;
let authority: OwnAuthority;
let certificates: Certificates;
let lists: RevocationLists;
let offsetMs = 0;
let ids = 0;
const published: Uint8Array[] = [];
const now = () => new Date(Date.now() + offsetMs);
const newId = () => {
  ids += 1;
  return `crt_${ids}`;
};
beforeAll(async () => {
  workshop = await openWorkshop();
  directory = await temporaryDirectory();
  [store] = await Promise.all([openStore({ dataDirectory: directory.path }), makeAuthority(workshop)]);
  authority = await openAuthority(workshop);
  lists = createRevocationLists({
    store: store.certificates,
    authority,
    days: 7,
    now,
    publish: async (der) => void published.push(der),
  });
  certificates = createCertificates({
    store: store.certificates,
    issuer: authority,
    now,
    newId,
    revoked: async () => void (await lists.renew()),
  });
  await requestOf(workshop, 'device');
}, 120_000);
afterAll(async () => {
  await store.close();
  await directory.remove();
  await workshop.remove();
});

const issue = async (deviceId: string, purpose: 'device_tls' | 'network_client' = 'device_tls') =>
  certificates.issue({
    deviceId,
    purpose,
    name: `${deviceId}.corp.example.com`,
    request: await workshop.read('device.csr'),
    userPrincipalName: null,
  });
const inUse = async (record: CertificateRecord) => {
  await certificates.installed(record.id);
  await certificates.activated(record.id);
};
const stateOf = async ({ id }: CertificateRecord) => (await store.certificates.get(id))?.state;

describe('certificates of devices', () => {
  test('go through their states; a renewed one supersedes the one before, and only that', async () => {
    const [first, client] = [await issue('pc1'), await issue('pc1', 'network_client')];
    expect(first).toMatchObject({
      state: 'request_success',
      serial: expect.stringMatching(/^[0-9A-F]{32}$/),
      deviceId: 'pc1',
    });
    await inUse(first);
    await inUse(client);
    const second = await issue('pc1');
    expect(await errorOf(certificates.activated(second.id))).toMatchObject({ code: 'pki_record_changed' });
    expect(await stateOf(first)).toBe('active');
    await inUse(second);
    expect([await stateOf(first), await stateOf(second), await stateOf(client)]).toEqual([
      'revoked',
      'active',
      'active',
    ]);
    expect((await store.certificates.get(first.id))?.revocationReason).toBe('superseded');
  });

  test('a request that is refused leaves no record', async () => {
    const order = {
      deviceId: 'pc2',
      purpose: 'device_tls',
      name: 'pc2',
      request: Buffer.alloc(9),
      userPrincipalName: null,
    } as const;
    expect(await errorOf(certificates.issue(order))).toMatchObject({ name: 'PkiError' });
    expect(await store.certificates.ofDevice('pc2')).toEqual([]);
  });

  test('an authority where somebody has to agree: pending, then collected', async () => {
    let agreed = false;
    const waiting = createCertificates({
      store: store.certificates,
      now,
      newId,
      issuer: {
        ...authority,
        newSerial: () => null,
        submit: async () => ({ kind: 'pending', reference: '17' }),
        collect: async (reference) =>
          agreed
            ? authority.submit({
                request: await workshop.read('device.csr'),
                purpose: 'device_tls',
                name: 'pc3.example.com',
                userPrincipalName: null,
                serial: null,
              })
            : { kind: 'pending', reference },
      },
    });
    const order = {
      deviceId: 'pc3',
      purpose: 'device_tls',
      name: 'pc3.example.com',
      request: Buffer.alloc(0),
      userPrincipalName: null,
    } as const;
    const record = await waiting.issue(order);
    expect(record).toMatchObject({ state: 'request_pending', reference: '17', serial: null });
    expect((await waiting.collect(record.id)).state).toBe('request_pending');
    agreed = true;
    expect(await waiting.collect(record.id)).toMatchObject({ state: 'request_success', serial: expect.any(String) });
  });

  test('at removal all of a device are revoked, 802.1X clients too; by serial number, once', async () => {
    const [tls, client, other] = [await issue('pc4'), await issue('pc4', 'network_client'), await issue('pc5')];
    expect(await certificates.revokeDevice('pc4', 'superseded')).toBe(2);
    expect([await stateOf(tls), await stateOf(client), await stateOf(other)]).toEqual([
      'revoked',
      'revoked',
      'request_success',
    ]);
    const serial = other.serial?.toLowerCase() ?? '';
    expect(await certificates.revoke(serial, 'keyCompromise')).toBe(true);
    expect(await certificates.revoke(serial, 'superseded')).toBe(false);
    expect(await errorOf(certificates.revoke('00FF', 'superseded'))).toMatchObject({ code: 'pki_record_missing' });
  });

  test('what ends within 42 days is known', async () => {
    const record = await issue('pc6', 'network_client');
    const ending = async (days: number) =>
      (await certificates.endingBefore(new Date(Date.now() + days * dayMs))).map(({ id }) => id);
    expect(await ending(299)).not.toContain(record.id);
    expect(await ending(301)).toContain(record.id);
  });
});

describe('revocation lists', () => {
  test('are made anew after a revocation and at half of their life, not before, and once for all who ask at the same time', async () => {
    const first = await lists.current();
    expect((await lists.current()).number).toBe(first.number);
    const record = await issue('pc7');
    await store.certificates.revoke(record.id, 'superseded', now());
    const many = await Promise.all(Array.from({ length: 20 }, () => lists.current()));
    expect(new Set(many.map(({ number }) => number))).toEqual(new Set([first.number + 1]));
    offsetMs = 3.4 * dayMs;
    expect((await lists.current()).number).toBe(first.number + 1);
    offsetMs = 3.6 * dayMs;
    expect((await lists.current()).number).toBe(first.number + 2);
    offsetMs = 0;
    expect(published.length).toBeGreaterThan(2);
  });

  test('one who looked before a list was made, and comes when it is done, gets that one', async () => {
    const record = await issue('pc9');
    await store.certificates.revoke(record.id, 'superseded', now());
    let looks = 0;
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const slow = createRevocationLists({
      store: {
        ...store.certificates,
        currentList: async (authorityId) => {
          looks += 1;
          const isFirst = looks === 1;
          const known = await store.certificates.currentList(authorityId);
          if (isFirst) await held;
          return known;
        },
      },
      authority,
      days: 7,
      now,
    });
    const late = slow.current();
    const { number } = await slow.current();
    letGo();
    expect((await late).number).toBe(number);
  });

  test('are served to anybody as what OpenSSL verifies, and refuse what is revoked', async () => {
    const server = createPublicServer({ ready: async () => {} });
    mountRevocationList(server.app, () => lists.current(), { logger: recordingLogger(), now });
    const port = await server.listen('127.0.0.1', 0);
    try {
      const record = await issue('pc8');
      await certificates.revoke(record.serial ?? '', 'superseded');
      const answer = await fetch(`http://127.0.0.1:${port}/crl.der`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pkix-crl']);
      await writeFile(workshop.path('served.der'), Buffer.from(await answer.arrayBuffer()));
      await writeFile(workshop.path('pc8.der'), record.der ?? '');
      await workshop.run('x509', '-inform', 'DER', '-in', 'pc8.der', '-out', 'pc8.crt');
      await workshop.run('crl', '-inform', 'DER', '-in', 'served.der', '-CAfile', 'ca.pem', '-out', 'served.pem');
      await expect(
        workshop.run('verify', '-crl_check', '-CAfile', 'ca.pem', '-CRLfile', 'served.pem', 'pc8.crt'),
      ).rejects.toThrow(/certificate revoked/);
    } finally {
      await server.close();
    }
  });

  test('a list that can not be made is 503, without a reason for strangers', async () => {
    const logger = recordingLogger();
    const server = createPublicServer({ ready: async () => {} });
    mountRevocationList(server.app, () => Promise.reject(new Error('inner')), { logger, now });
    const port = await server.listen('127.0.0.1', 0);
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/crl.der`);
      expect([answer.status, await answer.text(), logger.lines.length]).toEqual([503, '', 1]);
    } finally {
      await server.close();
    }
  });
});

(radiusIsHere ? describe : describe.skip)(`802.1X against FreeRADIUS (${radiusHint})`, () => {
  test('our client certificate is let in; revoked, of another purpose or another authority it is refused', async () => {
    await workshop.make({
      name: 'radius',
      subject: '/CN=radius.lab.test',
      issuer: 'ca',
      extensions: ['extendedKeyUsage=serverAuth', 'subjectAltName=DNS:radius.lab.test'],
    });
    const paper = async (name: string, record: CertificateRecord) => {
      await writeFile(workshop.path(`${name}.der`), record.der ?? '');
      await workshop.run('x509', '-inform', 'DER', '-in', `${name}.der`, '-out', `${name}.crt`);
      return record;
    };
    const trust = async () => {
      await writeFile(workshop.path('now.der'), (await lists.current()).der);
      await workshop.run('crl', '-inform', 'DER', '-in', 'now.der', '-out', 'now.pem');
      await writeFile(workshop.path('trust.pem'), `${await workshop.read('ca.pem')}${await workshop.read('now.pem')}`);
    };
    const client = await paper('nac', await issue('pc9', 'network_client'));
    await paper('tlsonly', await issue('pc9'));
    await workshop.make({
      name: 'rogueca',
      subject: '/O=Lab/CN=Lab Device CA',
      extensions: ['basicConstraints=critical,CA:true'],
    });
    await workshop.make({
      name: 'rogue',
      subject: '/CN=pc9.corp.example.com',
      issuer: 'rogueca',
      extensions: ['extendedKeyUsage=clientAuth'],
    });
    const login = async (certificate: string, key = 'device.key') => {
      await trust();
      const radius = await startRadius(workshop.folder, '127.0.24.1');
      try {
        return (await radius.login('host/pc9.corp.example.com', workshop.path(certificate), workshop.path(key)))
          .accepted;
      } finally {
        await radius.stop();
      }
    };
    expect(await login('nac.crt')).toBe(true);
    expect(await login('tlsonly.crt')).toBe(false);
    expect(await login('rogue.pem', 'rogue.key')).toBe(false);
    expect(await certificates.revoke(client.serial ?? '', 'superseded')).toBe(true);
    expect(await login('nac.crt')).toBe(false);
  }, 60_000);
});
