import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { provisioningCheckMends } from '../../src/messages/checks/pki-checks.ts';
import { pkiReasons } from '../../src/messages/reasons/pki-reasons.ts';
import { createCertificates } from '../../src/pki/certificates.ts';
import { pkiErrorCodes } from '../../src/ports/pki.ts';
import { openStore } from '../store/testing.ts';
import { makeSetupChain, openWorkshop, type Workshop } from './openssl.ts';
import { makeAuthority, openAuthority, requestOf } from './testing.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
let workshop: Workshop;
let environment: NodeJS.ProcessEnv;

const configuration = (more = '') => `service: { dataDirectory: data, listen: { port: 0 } }
pki:
  authority: { certificateFile: ca.pem, key: { file: ca.key } }
  revocationList: { url: 'http://pki.example.com/crl.der', serve: true, file: published.der }
${more}`;

beforeAll(async () => {
  workshop = await openWorkshop();
  await Promise.all([makeSetupChain(workshop), makeAuthority(workshop)]);
  await writeFile(workshop.path('oob.yaml'), configuration());
  environment = { PATH: process.env.PATH ?? '', OOB_SECRET_KEY: randomBytes(32).toString('base64') };
}, 60_000);
afterAll(() => workshop.remove());

const start = (args: readonly string[]) =>
  spawn(process.execPath, [join(root, 'src/cli/index.ts'), ...args], { cwd: workshop.folder, env: environment });

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** The command line itself; what it says and how it ends. */
async function oob(
  args: readonly string[],
  input = '',
): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = start(args);
  let said = '';
  for (const channel of [child.stdout, child.stderr])
    channel.on('data', (chunk) => {
      said += String(chunk);
    });
  child.stdin.on('error', () => {}).end(input);
  await once(child, 'close');
  return { code: child.exitCode, said };
}

test('each code and each rule has whole sentences', () => {
  for (const code of pkiErrorCodes)
    expect(`${pkiReasons[code].what} ${pkiReasons[code].mend}`).toMatch(/^[A-Z].*\. [A-Z].*\.$/s);
  for (const mend of Object.values(provisioningCheckMends)) expect(mend).toMatch(/^[A-Z].*\.$/);
});

describe('oob pki judge', () => {
  test('says what each rule found, and ends 0 when none fails', async () => {
    await workshop.pkcs12('good', 'leaf', ['leaf', 'sub', 'root']);
    const { code, said } = await oob(
      ['pki', 'judge', 'good.p12', '--suffix', 'corp.example.com', '--no-look-up'],
      'Passw0rd!\n',
    );
    expect(said).toMatch(/ok {4}good\.p12: name and suffix\n +CN oob\.corp\.example\.com/);
    expect([code, said.includes('Passw0rd')]).toEqual([0, false]);
  });

  test('ends 1 with the mend when a rule fails, and when the password is wrong; neither is shown', async () => {
    await workshop.pkcs12('good', 'leaf', ['leaf', 'sub', 'root']);
    const elsewhere = await oob(['pki', 'judge', 'good.p12', '--suffix', 'example.org', '--no-look-up'], 'Passw0rd!');
    expect(elsewhere).toMatchObject({
      code: 1,
      said: expect.stringContaining(provisioningCheckMends['name and suffix']),
    });
    const wrong = await oob(['pki', 'judge', 'good.p12'], 'not-this');
    expect(wrong).toEqual({ code: 1, said: expect.stringContaining(pkiReasons.pki_wrong_password.mend) });
    expect(wrong.said).not.toContain('not-this');
    expect(await oob(['pki', 'judge', 'nowhere.p12'], 'x')).toMatchObject({
      code: 1,
      said: expect.stringContaining('nowhere.p12'),
    });
    expect((await oob(['pki', 'judge'])).code).toBe(2);
    expect((await oob(['pki', 'judge', 'x', '--root-hash', 'zz'])).code).toBe(2);
  });
});

describe('oob pki request', () => {
  test('the key goes into the encrypted store and nowhere else; the certificate is judged from the configuration', async () => {
    const made = await oob(['pki', 'request', '--cn', 'oob.corp.example.com', '--out', 'prov.csr']);
    expect(made).toMatchObject({ code: 0, said: expect.stringContaining('provisioning-key') });
    expect(made.said).not.toContain('PRIVATE');
    expect(await readFile(workshop.path('data/secrets.json'), 'utf8')).not.toContain('PRIVATE');
    expect(await workshop.run('req', '-in', 'prov.csr', '-verify', '-noout')).toContain('verify OK');
    // A second one would replace a key that a certificate may be on its way for.
    expect(await oob(['pki', 'request', '--cn', 'oob.corp.example.com', '--out', 'other.csr'])).toMatchObject({
      code: 1,
    });
    expect(await oob(['pki', 'request', '--cn', 'oob', '--out', 'other.csr', '--key', 'k2'])).toMatchObject({
      code: 1,
    });

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
      '9',
      '-days',
      '30',
      '-copy_extensions',
      'copy',
      '-out',
      'prov.pem',
    );
    await writeFile(
      workshop.path('prov-chain.pem'),
      `${await workshop.read('prov.pem')}${await workshop.read('ca.pem')}`,
    );
    const identity =
      '  provisioning: { corp: { certificateFile: prov-chain.pem, key: { secret: provisioning-key } } }\n';
    await writeFile(workshop.path('prov.yaml'), configuration(identity));
    const judged = await oob([
      'pki',
      'judge',
      '--config',
      'prov.yaml',
      '--suffix',
      'corp.example.com',
      '--json',
      '--no-look-up',
    ]);
    const rules = judged.said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rules.filter(({ status }) => status === 'warn').map(({ name }) => name)).toEqual(['dates']);
    expect([judged.code, rules[0].certificate]).toEqual([0, 'corp']);
  });
});

describe('the authority', () => {
  test('is shown, lists are published to file, unknown serials are told; the service serves the same list', async () => {
    expect(await oob(['pki', 'authority'])).toMatchObject({
      code: 0,
      said: expect.stringMatching(/Lab Device CA {2}rsa 2048.*\nSHA-256 [0-9a-f]{64}\nNo revocation list/),
    });
    expect(await oob(['pki', 'crl', '--out', 'mine.der'])).toMatchObject({
      code: 0,
      said: expect.stringContaining('Revocation list 1,'),
    });
    expect(
      await workshop.run('crl', '-inform', 'DER', '-in', 'published.der', '-CAfile', 'ca.pem', '-noout'),
    ).toContain('verify OK');
    expect((await workshop.read('mine.der')).equals(await workshop.read('published.der'))).toBe(true);
    expect(await oob(['pki', 'revoke', '00:ff'])).toMatchObject({
      code: 1,
      said: expect.stringContaining(pkiReasons.pki_record_missing.what),
    });
    expect((await oob(['pki', 'revoke', '00ff', '--reason', 'because'])).code).toBe(2);
    expect(await oob(['pki', 'list'])).toEqual({ code: 0, said: '' });

    const service = start(['serve']);
    try {
      for await (const line of createInterface({ input: service.stdout })) {
        const { publicPort } = line.startsWith('{') ? JSON.parse(line) : { publicPort: undefined };
        if (publicPort === undefined) continue;
        const answer = await fetch(`http://127.0.0.1:${publicPort}/crl.der`);
        expect([
          answer.status,
          Buffer.from(await answer.arrayBuffer()).equals(await workshop.read('published.der')),
        ]).toEqual([200, true]);
        break;
      }
    } finally {
      service.stdout.resume();
      const ended = once(service, 'exit');
      service.kill();
      await ended;
    }
  }, 120_000);

  test('revokes by serial number: on the published list, in the trail, once', async () => {
    const store = await openStore({ dataDirectory: workshop.path('data') });
    const certificates = createCertificates({
      store: store.certificates,
      issuer: await openAuthority(workshop),
      now: () => new Date(),
      newId: () => 'crt_cli',
    });
    const request = await requestOf(workshop, 'device');
    const order = {
      deviceId: 'dev_1',
      name: 'pc1.example.com',
      purpose: 'device_tls',
      request,
      userPrincipalName: null,
    } as const;
    const { serial, der } = await certificates.issue(order).finally(() => store.close());
    if (serial === null || der === null) throw new Error('not issued');
    expect((await oob(['pki', 'list'])).said).toBe(
      `${serial}  request_success  device_tls  pc1.example.com  until ${day(365)}\n`,
    );
    expect(await oob(['pki', 'revoke', serial.toLowerCase()])).toMatchObject({
      code: 0,
      said: expect.stringContaining('Revoked (superseded)'),
    });
    expect(await oob(['pki', 'revoke', serial])).toMatchObject({ code: 0, said: 'It was revoked already.\n' });
    const trail = (await oob(['audit', 'export'])).said.trim().split('\n');
    expect(trail.filter((line) => line.includes('certificate_revoked'))).toHaveLength(1);
    await writeFile(workshop.path('pc1.der'), der);
    await workshop.run('x509', '-inform', 'DER', '-in', 'pc1.der', '-out', 'pc1.crt');
    await workshop.run('crl', '-inform', 'DER', '-in', 'published.der', '-out', 'published.pem');
    await expect(
      workshop.run('verify', '-crl_check', '-CAfile', 'ca.pem', '-CRLfile', 'published.pem', 'pc1.crt'),
    ).rejects.toThrow(/certificate revoked/);
  }, 120_000);

  test('without one, and with one that is not fit, it says what to do', async () => {
    await writeFile(workshop.path('none.yaml'), 'service: { dataDirectory: data }\n');
    expect(await oob(['pki', 'authority', '--config', 'none.yaml'])).toMatchObject({
      code: 1,
      said: expect.stringContaining(pkiReasons.pki_not_configured.mend),
    });
    await writeFile(
      workshop.path('unfit.yaml'),
      configuration().replace('ca.pem', 'leaf.pem').replace('ca.key', 'leaf.key'),
    );
    expect(await oob(['pki', 'authority', '--config', 'unfit.yaml'])).toMatchObject({
      code: 1,
      said: expect.stringMatching(/not an authority/),
    });
    await writeFile(workshop.path('half.yaml'), 'pki: { authority: { certificateFile: ca.pem } }\n');
    expect(await oob(['pki', 'authority', '--config', 'half.yaml'])).toMatchObject({
      code: 2,
      said: expect.stringContaining('certificateFile with key, or pkcs12File, or pkcs12'),
    });
  }, 60_000);
});
