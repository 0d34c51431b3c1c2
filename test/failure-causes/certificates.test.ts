/** Causes that lie in certificates: made by OpenSSL, shown to a bare-metal PC of the lab, and judged. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { createProvisioningCertificates } from '../../adapters/pki/index.ts';
import { judgeProvisioningCertificate } from '../../src/pki/judge-provisioning.ts';
import { PkiError } from '../../src/ports/pki.ts';
import { caKeysOf, judgeCaKeys } from '../../src/prerequisites/verdicts/ca-keys.ts';
import { whyItStopped } from '../../src/provisioning/machine/why-it-stopped.ts';
import { authority, makeList, makeSetupChain, openWorkshop, setupPurpose, type Workshop } from '../pki/openssl.ts';
import { openAuthority } from '../pki/testing.ts';
import { undoAt } from '../support/undo.ts';
import { type BarePc, openBarePc } from './bare-pc.ts';
import { staged } from './staged.ts';

const password = 'Passw0rd!';
const dayMs = 86_400_000;
const plainServer = 'extendedKeyUsage=serverAuth';
let workshop: Workshop;
let lists: Server;
let list: Buffer | null = null;
let pc: BarePc;
const undo = undoAt(afterAll);

beforeAll(async () => {
  workshop = await openWorkshop();
  undo.push(() => workshop.remove());
  lists = createServer((_request, response) => {
    response.writeHead(list ? 200 : 404).end(list);
  });
  await new Promise<void>((resolve) => lists.listen(0, '127.24.200.42', resolve));
  undo.push(async () => {
    lists.closeAllConnections();
    await new Promise((resolve) => lists.close(resolve));
  });
  const bound = lists.address();
  await makeSetupChain(workshop, `http://127.24.200.42:${typeof bound === 'object' ? bound?.port : 0}/sub.crl`);
  await workshop.run('x509', '-in', 'root.pem', '-outform', 'DER', '-out', 'root.der');
  const bare = { roots: [await workshop.read('root.der')], dnsSuffix: 'corp.example.com' };
  pc = await openBarePc({ pc: '127.24.200.41', server: '127.24.200.43' }, bare);
  undo.push(() => pc.close());
}, 60_000);

/** A setup certificate like the good one but for something, signed by the authority below the root. */
const leaf = (name: string, more: { subject?: string; extensions?: readonly string[]; days?: number }) =>
  workshop.make({ name, subject: '/CN=oob.corp.example.com', issuer: 'sub', extensions: [setupPurpose], ...more });
const text = async (file: string) => (await workshop.read(file)).toString();
/** What the firmware says to this key with these certificates. */
const refusal = async (key: string, certificates: readonly string[]) =>
  pc.refusal({
    key: await text(`${key}.key`),
    certificates: (await Promise.all(certificates.map((name) => text(`${name}.pem`)))).join(''),
  });
const provision = (bytes: Uint8Array, at?: Date) => pc.provision({ bytes, password }, at);

/** What `oob pki judge` says of each rule that fails, by what the PC told in its hello: its mend. `lists`: revocation lists are asked for. */
async function judged(pkcs12: Uint8Array, lists: { readonly at: Date } | null = null) {
  const now = lists?.at ?? new Date();
  const certificates = createProvisioningCertificates({ now: () => now, timeoutMs: 3_000 });
  const rootHashes = pc.hello.roots.map(({ hex }) => hex);
  const target = { dnsSuffix: 'corp.example.com', rootHashes, amtMajor: 15, hostBased: false };
  const { checks } = await judgeProvisioningCertificate(certificates, pkcs12, password, target, {
    now,
    lookUp: lists !== null,
  });
  return Object.fromEntries(checks.flatMap(({ name, status, mend }) => (status === 'fail' ? [[name, mend]] : [])));
}

describe('the provisioning certificate', () => {
  staged('provisioning-purpose', 'neither the purpose nor the exact OU', async (named) => {
    await leaf('plain', { extensions: [plainServer] });
    const subject = '/OU=Intel(R) Client Setup Certificate./CN=oob.corp.example.com';
    await leaf('dotted', { extensions: [plainServer], subject });
    for (const name of ['plain', 'dotted']) {
      const chain = [name, 'sub', 'root'];
      expect(await refusal(name, chain)).toBe('wrong-purpose');
      const file = await workshop.pkcs12(name, name, chain);
      expect(await judged(file)).toEqual({ purpose: named('pki judge', 'purpose') });
      expect(await provision(file)).toBe('provisioning_chain_unfit');
    }
    expect(named('provision', 'provisioning_chain_unfit')).toContain('oob pki judge');
  });

  staged('root-not-trusted', 'a private authority whose hash nobody entered', async (named) => {
    await workshop.make({ name: 'other', subject: '/CN=Other Root', extensions: authority });
    const subject = '/CN=oob.corp.example.com';
    await workshop.make({ name: 'strange', subject, issuer: 'other', extensions: [setupPurpose] });
    expect(await refusal('strange', ['strange', 'other'])).toBe('root-unknown');
    const file = await workshop.pkcs12('strange', 'strange', ['strange', 'other']);
    expect(await judged(file)).toEqual({ 'trusted root': named('pki judge', 'trusted root') });
    expect(await provision(file)).toBe('provisioning_chain_not_trusted');
    expect(named('provision', 'provisioning_chain_not_trusted')).toContain('in MEBx');
  });

  staged('suffix-differs', 'the certificate is of another domain than option 15', async (named) => {
    await leaf('abroad', { subject: '/CN=oob.other.example' });
    const chain = ['abroad', 'sub', 'root'];
    expect(await refusal('abroad', chain)).toBe('wrong-suffix');
    const file = await workshop.pkcs12('abroad', 'abroad', chain);
    expect(await judged(file)).toEqual({ 'name and suffix': named('pki judge', 'name and suffix') });
    // What domain it is in the PC tells only whom it lets in.
    expect(await provision(file)).toBe('provisioning_chain_refused');
    expect(named('provision', 'provisioning_chain_refused')).toContain('option 15');
  });

  staged('chain-incomplete', 'the root left out; ended; without its key', async (named) => {
    expect(await refusal('leaf', ['leaf', 'sub'])).toBe('root-missing');
    const short = await workshop.pkcs12('short', 'leaf', ['leaf', 'sub']);
    expect(await judged(short)).toMatchObject({ chain: named('pki judge', 'chain') });
    await leaf('ended', { days: -1 });
    expect(await refusal('ended', ['ended', 'sub', 'root'])).toBe('out-of-date');
    const ended = await workshop.pkcs12('ended', 'ended', ['ended', 'sub', 'root']);
    expect(await judged(ended)).toEqual({ dates: named('pki judge', 'dates') });
    await workshop.pkcs12('whole', 'leaf', ['leaf', 'sub', 'root']);
    const without = ['-export', '-nokeys', '-in', 'whole.chain', '-passout', `pass:${password}`, '-out', 'nokey.p12'];
    await workshop.run('pkcs12', ...without);
    const keyless = await workshop.read('nokey.p12');
    expect(await judged(keyless)).toMatchObject({ 'private key': named('pki judge', 'private key') });
    for (const file of [short, ended, keyless]) expect(await provision(file)).toBe('provisioning_chain_unfit');
    expect(named('provision', 'provisioning_chain_unfit')).toContain('evidence');
  });

  staged('revocation-list-unreachable', 'it is not there, then out of date', async (named) => {
    const whole = await workshop.pkcs12('whole', 'leaf', ['leaf', 'sub', 'root']);
    const mend = { revocation: named('pki judge', 'revocation') };
    expect(await judged(whole, { at: new Date() })).toEqual(mend);
    list = await makeList(workshop, 'sub', [], 1);
    expect(await judged(whole, { at: new Date(Date.now() + 2 * dayMs) })).toEqual(mend);
  });
});

describe('the authority', () => {
  staged('authority-unfit', 'CA keys above 2048 bits, which devices do not take', async (named) => {
    await workshop.make({ name: 'big', subject: '/CN=Big Root', extensions: authority, key: 'rsa:3072' });
    expect(judgeCaKeys('big.pem', caKeysOf(await text('big.pem')))).toMatchObject({ reason: 'ca_key_long' });
    expect(named('prerequisites', 'ca_key_long')).toContain('2048');
    const subject = '/CN=oob.corp.example.com';
    await workshop.make({ name: 'below', subject, issuer: 'big', extensions: [setupPurpose] });
    const file = await workshop.pkcs12('below', 'below', ['below', 'big']);
    expect(await judged(file)).toMatchObject({ 'key sizes': named('pki judge', 'key sizes') });
    const error: unknown = await openAuthority(workshop, { name: 'big' }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error instanceof PkiError && error.code).toBe('pki_ca_unfit');
    // Its mend goes with the refusal of the PC that should have had a certificate of it.
    expect(whyItStopped(error).code).toBe('provisioning_certificate_not_given');
    expect(named('provision', 'provisioning_certificate_not_given')).toContain('evidence');
    expect(whyItStopped(error).evidence.join()).toContain(named('pki', 'pki_ca_unfit'));
  });
});

describe('the PC itself', () => {
  staged('setup-window-over', 'its last hello is too old to go by', async (named) => {
    const whole = await workshop.pkcs12('whole', 'leaf', ['leaf', 'sub', 'root']);
    expect(await provision(whole, new Date(Date.now() + 1.5 * dayMs))).toBe('hello_stale');
    expect(named('provision', 'hello_stale')).toContain('mains');
  });

  staged('passwords-refused', 'somebody has changed the password of the factory', async (named) => {
    const whole = await workshop.pkcs12('whole', 'leaf', ['leaf', 'sub', 'root']);
    await pc.fleet.setFaults('host1', 'wrong-password');
    expect(await provision(whole)).toBe('factory_account_refused');
    expect(named('provision', 'factory_account_refused')).toContain('MEBx');
    await pc.fleet.setFaults('host1', '');
  });

  staged('other-tool', 'set up by somebody else after it said hello', async (named) => {
    const file = await workshop.pkcs12('whole', 'leaf', ['leaf', 'sub', 'root']);
    const taken = await openBarePc(
      { pc: '127.24.200.44', server: '127.24.200.45' },
      { roots: [await workshop.read('root.der')], dnsSuffix: 'corp.example.com' },
    );
    try {
      await taken.setUp({
        key: await text('leaf.key'),
        certificates: (await Promise.all(['leaf', 'sub', 'root'].map((name) => text(`${name}.pem`)))).join(''),
      });
      expect(await taken.provision({ bytes: file, password })).toBe('factory_account_refused');
      expect(named('provision', 'factory_account_refused')).toContain('set it up already');
    } finally {
      await taken.close();
    }
  });
});
