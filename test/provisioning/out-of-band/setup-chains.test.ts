/** Provisioning certificates of the configuration: those that can be shown, and why the others can't. */
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readBundle } from '../../../adapters/pki/index.ts';
import type { RevocationFinding } from '../../../src/ports/pki/provisioning.ts';
import { PkiError } from '../../../src/ports/pki.ts';
import { createSetupChains } from '../../../src/provisioning/out-of-band/setup-chains.ts';
import { authority, openWorkshop, setupPurpose, type Workshop } from '../../pki/openssl.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
  await workshop.make({ name: 'root', subject: '/CN=Set-up Root', extensions: authority });
  const leaf = { subject: '/CN=setup.corp.example', issuer: 'root' };
  await workshop.make({ ...leaf, name: 'good', extensions: [setupPurpose] });
  await workshop.make({ ...leaf, name: 'purposeless', extensions: ['extendedKeyUsage=serverAuth'] });
});
afterAll(() => workshop?.remove());

const source = (name: string) => ({
  name,
  read: async () =>
    readBundle({
      kind: 'pem',
      certificates: `${await workshop.read(`${name}.pem`)}${await workshop.read('root.pem')}`,
      key: (await workshop.read(`${name}.key`)).toString(),
      password: null,
    }),
});
const found = (status: RevocationFinding['status']) => async () => [
  { subject: 'CN=setup.corp.example', status, evidence: [] },
];
const one = async (name: string, status: RevocationFinding['status'] = 'good', now = new Date()) =>
  (await createSetupChains({ sources: [source(name)], revocation: found(status), now: () => now }).all())[0];

describe('a certificate that can be shown', () => {
  test('leaf first, root last, with its key, and the hashes by which firmware knows the root', async () => {
    const chain = await one('good');
    if (!chain?.ok) throw new Error('it is good');
    const shown = chain.client.certificates.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
    const subjects = shown.map((pem) => new X509Certificate(pem).subject);
    expect(subjects).toEqual(['CN=setup.corp.example', 'CN=Set-up Root']);
    expect(new X509Certificate(shown[0] ?? '').publicKey.asymmetricKeyType).toBe('rsa');
    expect(chain.client.key).toContain('-----BEGIN PRIVATE KEY-----');
    const root = new X509Certificate(await workshop.read('root.pem'));
    expect(chain.available).toMatchObject({ name: 'good', commonName: 'setup.corp.example' });
    expect(chain.available.rootHashes).toContainEqual({
      kind: 'sha256',
      hex: root.fingerprint256.replaceAll(':', '').toLowerCase(),
    });
  });

  test('a list that is not to be had does not keep PCs from being set up', async () => {
    expect(await one('good', 'unknown')).toMatchObject({ ok: true });
  });
});

describe('one that can not', () => {
  test.each([
    ['without the purpose', 'purposeless', 'good', 0, /^purposeless: purpose; /],
    ['that is revoked', 'good', 'revoked', 0, /^good: revocation; /],
    ['that has ended', 'good', 'good', 400, /^good: dates; .*ended/],
  ] as const)('%s: by which rule, and what to do', async (_what, name, status, days, why) => {
    const chain = await one(name, status, new Date(Date.now() + days * 86_400_000));
    expect(chain).toMatchObject({ ok: false, why: [expect.stringMatching(why)] });
  });

  test('that can not be read: why, and the others are there all the same', async () => {
    const unreadable = { name: 'lost', read: () => Promise.reject(new PkiError('pki_wrong_password')) };
    const sources = [unreadable, source('good')];
    const chains = await createSetupChains({ sources, revocation: found('good'), now: () => new Date() }).all();
    expect(chains).toMatchObject([{ ok: false, why: [expect.stringMatching(/^lost: The password/)] }, { ok: true }]);
  });
});

test('what was read is good for a minute', async () => {
  let reads = 0;
  let nowMs = Date.now();
  const read = () => {
    reads += 1;
    return source('good').read();
  };
  const counted = { name: 'good', read };
  const chains = createSetupChains({ sources: [counted], revocation: found('good'), now: () => new Date(nowMs) });
  await Promise.all([chains.all(), chains.all()]);
  expect(reads).toBe(1);
  nowMs += 61_000;
  await chains.all();
  expect(reads).toBe(2);
});
