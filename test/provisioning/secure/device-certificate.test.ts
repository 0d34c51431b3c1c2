/** Certificates for keys that PCs of the lab made: from the key pair to the connection that is held to them, and back. */
import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AmtError, type AmtSession } from '../../../src/ports/amt.ts';
import { PkiError } from '../../../src/ports/pki.ts';
import { activateCertificate } from '../../../src/provisioning/secure/activate-certificate.ts';
import { type DeviceCertificateDeps, giveCertificate } from '../../../src/provisioning/secure/device-certificate.ts';
import { enableTls } from '../../../src/provisioning/secure/tls.ts';
import { endpointAt } from '../../amt/conversation.ts';
import { errorOf } from '../../pki/testing.ts';
import { labPcs, type Office, openTestOffice } from './testing.ts';

let office: Office;
const openPc = labPcs();
beforeAll(async () => {
  office = await openTestOffice();
}, 60_000);
afterAll(() => office.close());

const fqdn = 'pc1.corp.example.com';
let devices = 0;
/** Gives the certificate, and remembers the facts as a record would. */
function recorder(purpose: 'device_tls' | 'network_client' = 'device_tls', more: Partial<DeviceCertificateDeps> = {}) {
  devices += 1;
  const deviceId = `dev_${devices}`;
  const state = { facts: {} as Readonly<Record<string, string>> };
  const kept = async (facts: Readonly<Record<string, string>>) => {
    state.facts = { ...state.facts, ...facts };
  };
  const give = (session: AmtSession) =>
    giveCertificate(session, { deviceId, fqdn, purpose, facts: state.facts, kept }, { ...office.deps, ...more });
  return { deviceId, state, give };
}
const counts = async ({ provisioning: { certificates } }: AmtSession) => ({
  keys: (await certificates.keyPairs()).length,
  certificates: (await certificates.list()).length,
});

describe('a certificate of the PC', () => {
  const personas = ['amt-3.2', 'amt-6.2', 'amt-9.1', 'amt-12.0', 'amt-15.0', 'amt-16.1', 'amt-19.0'];
  test.each(personas)('%s: key in the device, chain in its store, shown from the commit on', async (persona) => {
    const address = `127.24.188.${1 + personas.indexOf(persona)}`;
    const pc = await openPc(address, persona);
    const { give, state, deviceId } = recorder();
    const facts = await pc.run(async (session) => {
      const found = await give(session);
      await enableTls(session, { mutual: false, plainTextAccepted: false });
      await session.provisioning.setup.commit();
      return found;
    });
    expect(state.facts).toMatchObject({ ...facts, keyPair: expect.stringContaining('Key: Handle') });
    const legacy = ['amt-3.2', 'amt-6.2', 'amt-9.1'].includes(persona);
    const endpoint = endpointAt(address, {
      deviceId: 'pc1',
      tls: legacy ? 'legacy' : 'pinned',
      certificateFingerprint: facts.fingerprint ?? null,
    });
    await pc.run(async (session) => {
      await activateCertificate(session, { purpose: 'device_tls', facts }, office.deps);
      expect((await session.provisioning.tls.read('network')).plainTextAccepted).toBe(false);
      const own = (await session.provisioning.certificates.list()).find(
        ({ handle }) => handle === facts.certificateHandle,
      );
      await writeFile(office.workshop.path('own.der'), own?.der ?? '');
    }, endpoint);
    await office.workshop.run('x509', '-inform', 'DER', '-in', 'own.der', '-out', 'own.crt');
    await expect(
      office.workshop.run('verify', '-CAfile', 'ca.pem', '-purpose', 'sslserver', '-verify_hostname', fqdn, 'own.crt'),
    ).resolves.toContain('OK');
    expect(await office.store.certificates.ofDevice(deviceId)).toMatchObject([{ state: 'active', kind: 'device_tls' }]);
    await expect(pc.run(counts, { ...pc.endpoint, deviceId: 'plain' })).rejects.toBeInstanceOf(AmtError);
  });

  test('a renewed one takes the place of the one before: that is removed with its key, and revoked as superseded', async () => {
    const pc = await openPc('127.24.188.20');
    const { deviceId, give, state } = recorder();
    const renew = async () => {
      const facts = await pc.run(give);
      return pc.run(async (session) => {
        await activateCertificate(session, { purpose: 'device_tls', facts }, office.deps);
        return counts(session);
      });
    };
    const first = await renew();
    state.facts = {};
    expect(await renew()).toEqual(first);
    const records = await office.store.certificates.ofDevice(deviceId);
    expect(records.map(({ state: now, revocationReason }) => [now, revocationReason])).toEqual([
      ['active', null],
      ['revoked', 'superseded'],
    ]);
  });

  test('one of another purpose or another authority is not taken for a superseded one', async () => {
    const pc = await openPc('127.24.188.21');
    const tls = recorder();
    const facts = await pc.run(tls.give);
    const client = recorder('network_client');
    const clientFacts = await pc.run(client.give);
    const left = await pc.run(async (session) => {
      await activateCertificate(session, { purpose: 'device_tls', facts }, office.deps);
      await activateCertificate(session, { purpose: 'network_client', facts: clientFacts }, office.deps);
      return (await session.provisioning.certificates.list()).map(({ handle }) => handle);
    });
    // With the one of the factory, its authority and ours.
    expect(left).toHaveLength(5);
    expect(left).toEqual(expect.arrayContaining([facts.certificateHandle, clientFacts.networkCertificateHandle]));
    expect(Object.keys(clientFacts)).toEqual(expect.arrayContaining(['networkCertificateId', 'networkFingerprint']));
  });
});

describe('an attempt that was cut off', () => {
  /** Fails at the named call, as a crash there would. */
  const cutAt = (session: AmtSession, name: string, after: boolean): AmtSession => {
    const { provisioning } = session;
    const cut = (target: object) =>
      new Proxy(target, {
        get(whole, key) {
          const member: unknown = Reflect.get(whole, key);
          if (key !== name || typeof member !== 'function') return member;
          return async (...given: unknown[]) => {
            if (after) await Reflect.apply(member, whole, given);
            throw new Error(`cut ${name}`);
          };
        },
      });
    const parts = { certificates: cut(provisioning.certificates), tls: cut(provisioning.tls) };
    // A session in all but the member that fails.
    return { ...session, provisioning: { ...provisioning, ...parts } as AmtSession['provisioning'] };
  };
  const calls = ['generateKeyPair', 'signRequest', 'addTrustedRoot', 'add', 'useCertificate'];
  test.each(calls.flatMap((name) => [[name, false] as const, [name, true] as const]))(
    'at %s (done: %p) is gone on with: one key pair and one certificate more in the end, no more',
    async (name, after) => {
      const pc = await openPc('127.24.188.30');
      const { give, deviceId } = recorder();
      const before = await pc.run(counts);
      await expect(pc.run((session) => give(cutAt(session, name, after)))).rejects.toThrow(`cut ${name}`);
      const facts = await pc.run(give);
      // One certificate more for ours, and our root.
      expect(await pc.run(counts)).toEqual({ keys: before.keys + 1, certificates: before.certificates + 2 });
      await pc.run((session) => activateCertificate(session, { purpose: 'device_tls', facts }, office.deps));
      const states = (await office.store.certificates.ofDevice(deviceId)).map(({ state }) => state);
      expect(states.filter((state) => state !== 'revoked')).toEqual(['active']);
    },
  );

  test('after the record was kept and the device lost its keys begins anew', async () => {
    const pc = await openPc('127.24.188.31');
    const { give, state } = recorder();
    await pc.run(give);
    const first = state.facts.certificateId;
    await pc.stop();
    const again = await openPc('127.24.188.31');
    const facts = await again.run(give);
    expect(facts.certificateId).not.toBe(first);
  });

  test('where somebody at the authority has to agree waits with its key pair, and goes on with it', async () => {
    const pc = await openPc('127.24.188.32');
    const { certificates } = office.deps;
    let agreed = false;
    const pending = {
      ...certificates,
      issue: async (order: Parameters<typeof certificates.issue>[0]) => ({
        ...(await certificates.issue(order)),
        der: null,
        reference: '17',
      }),
      collect: async (id: string) => ({ ...(await certificates.collect(id)), ...(agreed ? {} : { der: null }) }),
    };
    const { give, state } = recorder('network_client', { certificates: pending });
    expect(await errorOf(pc.run(give))).toMatchObject({ code: 'pki_request_pending', evidence: ['17'] });
    const waiting = state.facts.networkCertificateId;
    expect(await errorOf(pc.run(give))).toBeInstanceOf(PkiError);
    agreed = true;
    expect(await pc.run(give)).toMatchObject({ networkCertificateId: waiting });
  });
});

test('what a device signs is a request of its own key', async () => {
  const pc = await openPc('127.24.188.40', 'amt-12.0');
  const { give } = recorder('network_client');
  const facts = await pc.run(give);
  const stored = await pc.run(({ provisioning }) => provisioning.certificates.list());
  const own = stored.find(({ handle }) => handle === facts.networkCertificateHandle);
  const pairs = await pc.run(({ provisioning }) => provisioning.certificates.keyPairs());
  const key = new X509Certificate(Buffer.from(own?.der ?? '')).publicKey.export({ format: 'der', type: 'pkcs1' });
  expect(pairs.map(({ publicKey }) => Buffer.from(publicKey).equals(key))).toContain(true);
});
