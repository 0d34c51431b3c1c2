import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createProvisioningCertificates } from '../../adapters/pki/index.ts';
import { judgeProvisioningCertificate, type ProvisioningCheck } from '../../src/pki/judge-provisioning.ts';
import type { ProvisioningTarget } from '../../src/pki/provisioning-rules.ts';
import { authority, makeList, makeSetupChain, openWorkshop, setupPurpose, type Workshop } from './openssl.ts';

const password = 'Passw0rd!';
const lists = new Map<string, Buffer | 'hang' | 'endless'>();
let workshop: Workshop;
let server: Server;
let base: string;
beforeAll(async () => {
  workshop = await openWorkshop();
  server = createServer((request, response) => {
    const list = lists.get(request.url ?? '');
    if (list === 'hang') return;
    if (list === 'endless') {
      const more = () => response.write(Buffer.alloc(1_048_576)) && setImmediate(more);
      response.on('drain', more);
      more();
      return;
    }
    response.writeHead(list ? 200 : 404).end(list);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  await makeSetupChain(workshop, `${base}/sub.crl`);
}, 60_000);
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await workshop.remove();
});

const certificates = (timeoutMs = 5_000) => createProvisioningCertificates({ now: () => new Date(), timeoutMs });
const anywhere: ProvisioningTarget = { dnsSuffix: null, rootHashes: null, amtMajor: null, hostBased: false };
const judge = async (
  pkcs12: Uint8Array,
  target: Partial<ProvisioningTarget> = {},
  now = new Date(),
  lookUp = false,
) => {
  const { checks } = await judgeProvisioningCertificate(
    certificates(),
    pkcs12,
    password,
    { ...anywhere, ...target },
    { now, lookUp },
  );
  return checks;
};
const of = (checks: readonly ProvisioningCheck[], name: string) => checks.find((check) => check.name === name);
const statuses = (checks: readonly ProvisioningCheck[]) =>
  Object.fromEntries(checks.map(({ name, status }) => [name, status]));
const good = () => workshop.pkcs12('good', 'leaf', ['leaf', 'sub', 'root']);
const rootHash = async (kind: string) => {
  await workshop.run('x509', '-in', 'root.pem', '-outform', 'DER', '-out', 'root.der');
  return createHash(kind)
    .update(await workshop.read('root.der'))
    .digest('hex');
};

describe('a provisioning certificate as it should be', () => {
  test('passes every rule, its lists reached', async () => {
    lists.set('/sub.crl', await makeList(workshop, 'sub', []));
    lists.set('/sub-root.crl', await makeList(workshop, 'root', []));
    const target = {
      dnsSuffix: 'corp.example.com',
      rootHashes: [await rootHash('sha256')],
      amtMajor: 16,
      hostBased: true,
    };
    const checks = await judge(await good(), target, new Date(), true);
    expect(new Set(Object.values(statuses(checks)))).toEqual(new Set(['pass']));
    expect(checks.every(({ mend }) => mend === null)).toBe(true);
  });

  test.each([
    ['RC2 and 3DES with SHA-1, as Windows makes it', ['-legacy']],
    ['3DES throughout', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1', '-legacy']],
    ['PBES2, as OpenSSL 3 makes it', []],
    ['PBES2 with AES-128', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC']],
    ['certificates in clear', ['-certpbe', 'NONE']],
    ['no MAC', ['-nomac']],
    ['a MAC of SHA-512', ['-macalg', 'sha512']],
    ['one iteration', ['-iter', '1', '-maciter']],
    ['a friendly name', ['-name', 'Sétup ✓', '-caname', 'x']],
  ])('is read when made with %s', async (_, options) => {
    const { chain, key } = await certificates().read(
      await workshop.pkcs12('way', 'leaf', ['leaf', 'sub', 'root'], ...options),
      password,
    );
    expect(chain.map(({ subject }) => subject)).toEqual([
      'O=Lab, CN=oob.corp.example.com',
      'CN=Lab Sub',
      'CN=Lab Root',
    ]);
    expect(key?.asymmetricKeyType).toBe('rsa');
  });

  test('an empty password is read in both of its forms', async () => {
    await workshop.pkcs12('good', 'leaf', ['leaf', 'sub', 'root']);
    await workshop.run(
      'pkcs12',
      '-export',
      '-inkey',
      'leaf.key',
      '-in',
      'good.chain',
      '-passout',
      'pass:',
      '-out',
      'empty.p12',
    );
    expect((await certificates().read(await workshop.read('empty.p12'), '')).chain).toHaveLength(3);
  });

  test('the order in the file does not matter to us, and is told', async () => {
    const checks = await judge(await workshop.pkcs12('order', 'leaf', ['root', 'leaf', 'sub']));
    expect(of(checks, 'chain')?.status).toBe('pass');
    expect(of(checks, 'order')).toMatchObject({ status: 'warn', mend: expect.any(String) });
  });
});

describe('each rule fails by itself', () => {
  test('no private key', async () => {
    await good();
    await workshop.run(
      'pkcs12',
      '-export',
      '-nokeys',
      '-in',
      'good.chain',
      '-passout',
      `pass:${password}`,
      '-out',
      'nokey.p12',
    );
    expect(of(await judge(await workshop.read('nokey.p12')), 'private key')).toMatchObject({
      status: 'fail',
      evidence: ['3 certificates and no private key'],
      mend: expect.stringContaining('private key'),
    });
  });

  const leaf = (name: string, more: object) =>
    workshop.make({ name, subject: '/CN=oob.corp.example.com', issuer: 'sub', extensions: [setupPurpose], ...more });
  const withLeaf = async (name: string, more: object) => {
    await leaf(name, more);
    return workshop.pkcs12(name, name, [name, 'sub', 'root']);
  };

  test('purpose: neither the OID nor the exact OU', async () => {
    const plain = { extensions: ['extendedKeyUsage=serverAuth'] };
    expect(of(await judge(await withLeaf('plain', plain)), 'purpose')?.status).toBe('fail');
    const dotted = { ...plain, subject: '/OU=Intel(R) Client Setup Certificate./CN=oob.corp.example.com' };
    expect(of(await judge(await withLeaf('dotted', dotted)), 'purpose')).toMatchObject({
      status: 'fail',
      evidence: expect.arrayContaining([expect.stringContaining('letter by letter')]),
    });
    const exact = { ...plain, subject: '/OU=Intel(R) Client Setup Certificate/CN=oob.corp.example.com' };
    expect(of(await judge(await withLeaf('exact', exact)), 'purpose')?.status).toBe('pass');
    const clientOnly = { extensions: ['extendedKeyUsage=clientAuth,2.16.840.1.113741.1.2.3'] };
    expect(of(await judge(await withLeaf('client', clientOnly)), 'purpose')?.status).toBe('fail');
  });

  test('chain: the root or an authority is missing; signed by itself', async () => {
    const short = await judge(await workshop.pkcs12('short', 'leaf', ['leaf', 'sub']));
    expect(of(short, 'chain')).toMatchObject({
      status: 'fail',
      evidence: [expect.any(String), 'the issuer is missing: CN=Lab Root'],
    });
    expect(of(short, 'trusted root')?.status).toBe('fail');
    expect(of(await judge(await workshop.pkcs12('gap', 'leaf', ['leaf', 'root'])), 'chain')?.status).toBe('fail');
    await workshop.make({ name: 'self', subject: '/CN=oob.corp.example.com', extensions: [setupPurpose] });
    expect(of(await judge(await workshop.pkcs12('self', 'self', ['self'])), 'chain')?.evidence).toEqual([
      'CN=oob.corp.example.com signed itself',
    ]);
  });

  test('an authority of the right name and another key is not the issuer', async () => {
    await workshop.make({ name: 'false', subject: '/CN=Lab Sub', issuer: 'root', extensions: authority });
    expect(of(await judge(await workshop.pkcs12('false', 'leaf', ['leaf', 'false', 'root'])), 'chain')?.status).toBe(
      'fail',
    );
  });

  test('key sizes: elliptic curves, 4096 before AMT 6.0, an authority above 2048', async () => {
    expect(of(await judge(await withLeaf('ec', { key: 'ec:P-256' })), 'key sizes')?.status).toBe('fail');
    const large = await withLeaf('large', { key: 'rsa:4096' });
    expect(of(await judge(large, { amtMajor: 5 }), 'key sizes')?.status).toBe('fail');
    expect(of(await judge(large, { amtMajor: 6 }), 'key sizes')?.status).toBe('pass');
    expect(of(await judge(large), 'key sizes')?.status).toBe('warn');
    await workshop.make({ name: 'big', subject: '/CN=Big Root', extensions: authority, key: 'rsa:3072' });
    await workshop.make({
      name: 'below',
      subject: '/CN=oob.corp.example.com',
      issuer: 'big',
      extensions: [setupPurpose],
    });
    expect(of(await judge(await workshop.pkcs12('below', 'below', ['below', 'big'])), 'key sizes')?.status).toBe(
      'fail',
    );
  }, 60_000);

  test('signature hash: SHA-1 fails host-based setup, and only there', async () => {
    const old = await withLeaf('old', { hash: 'sha1' });
    expect(of(await judge(old, { hostBased: true }), 'signature hash')?.status).toBe('fail');
    expect(of(await judge(old), 'signature hash')?.status).toBe('warn');
  });

  test('dates: too early, too late, fewer than 42 days left', async () => {
    const file = await good();
    const at = (days: number) => judge(file, {}, new Date(Date.now() + days * 86_400_000));
    expect(of(await at(-1), 'dates')).toMatchObject({
      status: 'fail',
      evidence: expect.arrayContaining([expect.stringContaining('valid from')]),
    });
    expect(of(await at(0), 'dates')).toMatchObject({
      status: 'pass',
      evidence: [expect.stringMatching(/^36[45] days left/)],
    });
    expect(of(await at(322), 'dates')?.status).toBe('pass');
    expect(of(await at(324), 'dates')?.status).toBe('warn');
    expect(of(await at(366), 'dates')?.status).toBe('fail');
  });

  test.each([
    ['corp.example.com', 'pass'],
    ['Example.COM.', 'pass'],
    ['oob.corp.example.com', 'pass'],
    ['orp.example.com', 'fail'],
    ['example.org', 'fail'],
    ['', 'fail'],
  ])('suffix of the PC %j: %s', async (dnsSuffix, status) => {
    expect(of(await judge(await good(), { dnsSuffix }), 'name and suffix')?.status).toBe(status);
  });

  test('trusted root: by SHA-1 or SHA-256 in any spelling; unknown ones', async () => {
    const file = await good();
    const sha1 = (await rootHash('sha1')).toUpperCase().replace(/(..)(?=.)/g, '$1:');
    expect(of(await judge(file, { rootHashes: [sha1] }), 'trusted root')?.evidence[0]).toMatch(/^known by its SHA-1/);
    expect(of(await judge(file, { rootHashes: ['00'.repeat(32)] }), 'trusted root')?.status).toBe('fail');
    expect(of(await judge(file), 'trusted root')?.status).toBe('unknown');
  });
});

describe('revocation lists', () => {
  const revocation = async () => of(await judge(await good(), {}, new Date(), true), 'revocation');
  const fine = async () => {
    lists.set('/sub.crl', await makeList(workshop, 'sub', []));
    lists.set('/sub-root.crl', await makeList(workshop, 'root', []));
  };

  test('a revoked certificate fails, with the day', async () => {
    await fine();
    lists.set('/sub.crl', await makeList(workshop, 'sub', ['root', 'leaf']));
    expect(await revocation()).toMatchObject({
      status: 'fail',
      evidence: expect.arrayContaining([expect.stringContaining('revoked on 2025-01-01')]),
    });
  });

  test('a revoked authority in the middle fails', async () => {
    await fine();
    lists.set('/sub-root.crl', await makeList(workshop, 'root', ['sub']));
    expect((await revocation())?.status).toBe('fail');
  });

  test.each([
    ['is not there', () => lists.delete('/sub.crl'), 'HTTP 404'],
    ['is no list', () => lists.set('/sub.crl', Buffer.from('<html>')), 'not a revocation list'],
    [
      'is cut off',
      () => lists.set('/sub.crl', lists.get('/sub.crl')?.slice(0, 100) as Buffer),
      'not a revocation list',
    ],
    [
      'is of another authority',
      () => lists.set('/sub.crl', lists.get('/sub-root.crl') ?? Buffer.alloc(0)),
      'the list of another authority',
    ],
    ['never ends', () => lists.set('/sub.crl', 'endless'), 'larger than'],
  ])('a list that %s can not be relied on', async (_, spoil, why) => {
    await fine();
    spoil();
    expect(await revocation()).toMatchObject({
      status: 'fail',
      evidence: expect.arrayContaining([expect.stringContaining(why)]),
    });
  });

  test('a list that was forged or is out of date can not be relied on', async () => {
    await fine();
    const list = lists.get('/sub.crl');
    if (!Buffer.isBuffer(list)) throw new Error('no list');
    const forged = Buffer.from(list);
    forged[forged.length - 5] = (forged[forged.length - 5] ?? 0) ^ 1;
    lists.set('/sub.crl', forged);
    expect((await revocation())?.evidence.join()).toContain('its signature is not that of the issuer');
    await fine();
    const { chain } = await certificates().read(await good(), password);
    const later = createProvisioningCertificates({
      now: () => new Date(Date.now() + 40 * 86_400_000),
      timeoutMs: 5_000,
    });
    expect((await later.revocation(chain))[0]).toMatchObject({
      status: 'unknown',
      evidence: [expect.stringContaining('out of date')],
    });
  });

  test('a server that does not answer is waited for as long as allowed, not longer', async () => {
    await fine();
    lists.set('/sub.crl', 'hang');
    const { chain } = await certificates().read(await good(), password);
    expect((await certificates(100).revocation(chain))[0]).toMatchObject({
      status: 'unknown',
      evidence: [expect.stringContaining('no answer in time')],
    });
  });
});

describe('hostile files', () => {
  const failure = (bytes: Uint8Array, secret = password) =>
    certificates()
      .read(bytes, secret)
      .then(
        () => null,
        (error: unknown) => error,
      );

  test('a wrong password is told as such, for every way of making', async () => {
    for (const options of [[], ['-legacy'], ['-nomac'], ['-nomac', '-legacy']])
      expect(await failure(await workshop.pkcs12('wrong', 'leaf', ['leaf'], ...options), 'other')).toMatchObject({
        name: 'PkiError',
        code: expect.stringMatching(/^pki_(wrong_password|not_pkcs12)$/),
      });
    expect(await failure(await good(), 'other')).toMatchObject({ code: 'pki_wrong_password' });
    expect(await failure(await good(), '')).toMatchObject({ code: 'pki_wrong_password' });
  });

  test('what is no PKCS#12', async () => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('hello'),
      await workshop.read('leaf.pem'),
      Buffer.from('3000', 'hex'),
      Buffer.alloc(1_000, 0x30),
      Buffer.alloc(200_000, 0xa0),
    ])
      expect(await failure(bytes)).toMatchObject({ code: 'pki_not_pkcs12' });
    expect(await failure(Buffer.alloc(262_145))).toMatchObject({ code: 'pki_too_large' });
  });

  test('cut off or changed anywhere, it ends in a typed error', async () => {
    const file = await good();
    for (let at = 0; at < file.length; at += 97) {
      expect(await failure(file.subarray(0, at))).toMatchObject({ name: 'PkiError' });
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      const error = await failure(changed);
      if (error !== null) expect(error).toMatchObject({ name: 'PkiError' });
    }
  }, 60_000);

  test('a count of iterations that would take hours is not begun', async () => {
    const file = await workshop.pkcs12('bomb', 'leaf', ['leaf'], '-iter', '65535');
    // 65535 = 02 03 00 FF FF; each becomes 8388607: the same length, and 25 million in all.
    const bomb = Buffer.from(
      file.toString('latin1').replaceAll('\x02\x03\x00\xff\xff', '\x02\x03\x7f\xff\xff'),
      'latin1',
    );
    expect(bomb.equals(file)).toBe(false);
    expect(await failure(bomb)).toMatchObject({ code: 'pki_too_costly' });
  });
});
