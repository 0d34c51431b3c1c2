/** Causes that lie in certificates: made by OpenSSL, shown to a bare-metal PC of the lab, and judged. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { createSetupGateway } from '../../adapters/amt/index.ts';
import { createHelloListener } from '../../adapters/hello/index.ts';
import { createProvisioningCertificates } from '../../adapters/pki/index.ts';
import { createFleet, type Fleet } from '../../lab/fleet.ts';
import { judgeProvisioningCertificate } from '../../src/pki/judge-provisioning.ts';
import type { ReceivedHello, RootHash } from '../../src/ports/hello/hello.ts';
import { PkiError } from '../../src/ports/pki.ts';
import { caKeysOf, judgeCaKeys } from '../../src/prerequisites/verdicts/ca-keys.ts';
import { chooseChain } from '../../src/provisioning/hello/choose-chain.ts';
import { realClock } from '../amt/conversation.ts';
import { authority, makeList, makeSetupChain, openWorkshop, setupPurpose, type Workshop } from '../pki/openssl.ts';
import { openAuthority } from '../pki/testing.ts';
import { recordingLogger } from '../store/testing.ts';
import { staged } from './staged.ts';

const password = 'Passw0rd!';
const address = '127.24.200.41';
const plainServer = 'extendedKeyUsage=serverAuth';
let workshop: Workshop;
let lists: Server;
let list: Buffer | null = null;
let fleet: Fleet;
let hello: ReceivedHello;
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  workshop = await openWorkshop();
  undo.push(() => workshop.remove());
  lists = createServer((_request, response) => {
    response.writeHead(list ? 200 : 404).end(list);
  });
  await new Promise<void>((resolve) => lists.listen(0, '127.24.200.42', resolve));
  undo.push(() => new Promise((resolve) => lists.close(resolve)));
  const bound = lists.address();
  await makeSetupChain(workshop, `http://127.24.200.42:${typeof bound === 'object' ? bound?.port : 0}/sub.crl`);
  await workshop.run('x509', '-in', 'root.pem', '-outform', 'DER', '-out', 'root.der');
  let heard: (said: ReceivedHello) => void = () => {};
  const said = new Promise<ReceivedHello>((resolve) => {
    heard = resolve;
  });
  const listen = { host: '127.24.200.43', port: 0 };
  const receive = async (one: ReceivedHello) => heard(one);
  const listener = createHelloListener({ listen, clock: realClock, logger: recordingLogger(), receive });
  undo.push(() => listener.close());
  const server = { host: listen.host, port: await listener.start() };
  const roots = [await workshop.read('root.der')];
  fleet = await createFleet({
    firstAddress: address,
    bare: { hosts: 'all', server, roots, dnsSuffix: 'corp.example.com' },
  });
  undo.push(() => fleet.stop());
  await fleet.start();
  hello = await said;
}, 60_000);
afterAll(async () => {
  lists?.closeAllConnections();
  for (const step of undo.splice(0).reverse()) await step();
});

/** A setup certificate like the good one but for something, signed by the authority below the root. */
const leaf = (name: string, more: { subject?: string; extensions?: readonly string[]; days?: number; key?: string }) =>
  workshop.make({ name, subject: '/CN=oob.corp.example.com', issuer: 'sub', extensions: [setupPurpose], ...more });

/** Why the PC, whose firmware judges by itself, does not let a set-up server with these certificates in; null: it does. */
async function refusal(key: string, certificates: readonly string[]): Promise<string | null> {
  const before = fleet.device('host1').factory?.refusals.length ?? 0;
  const pem = await Promise.all(certificates.map(async (name) => (await workshop.read(`${name}.pem`)).toString()));
  const gateway = createSetupGateway(
    { credentials: async () => null, clock: realClock, timeouts: { wakeWindowMs: 1_000, wakePauseMs: 5 } },
    { key: (await workshop.read(`${key}.key`)).toString(), certificates: pem.join('') },
  );
  try {
    await gateway.meet({ host: address, port: null, tls: 'pinned' }, new AbortController().signal);
    return null;
  } catch (error) {
    return fleet.device('host1').factory?.refusals[before] ?? String(error);
  } finally {
    await gateway.close();
  }
}

/** What `oob pki judge` says of each rule that fails, by what the PC told in its hello: its mend. `lists`: revocation lists are asked for. */
async function judged(pkcs12: Uint8Array, lists: { readonly at: Date } | null = null) {
  const now = lists?.at ?? new Date();
  const certificates = createProvisioningCertificates({ now: () => now, timeoutMs: 3_000 });
  const rootHashes = hello.roots.map(({ hex }) => hex);
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
    await leaf('dotted', {
      extensions: [plainServer],
      subject: '/OU=Intel(R) Client Setup Certificate./CN=oob.corp.example.com',
    });
    for (const name of ['plain', 'dotted']) {
      const chain = [name, 'sub', 'root'];
      expect(await refusal(name, chain)).toBe('wrong-purpose');
      expect(await judged(await workshop.pkcs12(name, name, chain))).toEqual({
        purpose: named('pki judge', 'purpose'),
      });
    }
  });

  staged('root-not-trusted', 'a private authority whose hash nobody entered', async (named) => {
    await workshop.make({ name: 'other', subject: '/CN=Other Root', extensions: authority });
    await workshop.make({
      name: 'strange',
      subject: '/CN=oob.corp.example.com',
      issuer: 'other',
      extensions: [setupPurpose],
    });
    const chain = ['strange', 'other'];
    expect(await refusal('strange', chain)).toBe('root-unknown');
    expect(await judged(await workshop.pkcs12('strange', 'strange', chain))).toEqual({
      'trusted root': named('pki judge', 'trusted root'),
    });
    const hashes: RootHash[] = [
      {
        kind: 'sha256',
        hex: createHash('sha256')
          .update(await workshop.read('other.pem'))
          .digest('hex'),
      },
    ];
    const available = { name: 'other', rootHashes: hashes, commonName: 'oob.corp.example.com' };
    const valid = { validFrom: new Date(0), validTo: new Date(Date.now() + 60_000) };
    expect(chooseChain([{ ...available, ...valid }], { hello, dnsSuffix: null, now: new Date() })).toMatchObject({
      code: 'none_fits',
      passedOver: [{ why: 'root_not_announced' }],
    });
  });

  staged('suffix-differs', 'the certificate is of another domain than option 15', async (named) => {
    await leaf('abroad', { subject: '/CN=oob.other.example' });
    const chain = ['abroad', 'sub', 'root'];
    expect(await refusal('abroad', chain)).toBe('wrong-suffix');
    expect(await judged(await workshop.pkcs12('abroad', 'abroad', chain))).toEqual({
      'name and suffix': named('pki judge', 'name and suffix'),
    });
  });

  staged('chain-incomplete', 'the root left out; ended; without its key', async (named) => {
    expect(await refusal('leaf', ['leaf', 'sub'])).toBe('root-missing');
    expect(await judged(await workshop.pkcs12('short', 'leaf', ['leaf', 'sub']))).toMatchObject({
      chain: named('pki judge', 'chain'),
    });
    await leaf('ended', { days: -1 });
    const ended = ['ended', 'sub', 'root'];
    expect(await refusal('ended', ended)).toBe('out-of-date');
    expect(await judged(await workshop.pkcs12('ended', 'ended', ended))).toEqual({
      dates: named('pki judge', 'dates'),
    });
    await workshop.pkcs12('whole', 'leaf', ['leaf', 'sub', 'root']);
    const without = ['-export', '-nokeys', '-in', 'whole.chain', '-passout', `pass:${password}`, '-out', 'nokey.p12'];
    await workshop.run('pkcs12', ...without);
    expect(await judged(await workshop.read('nokey.p12'))).toMatchObject({
      'private key': named('pki judge', 'private key'),
    });
  });

  staged('revocation-list-unreachable', 'it is not there, then out of date', async (named) => {
    const whole = await workshop.pkcs12('whole', 'leaf', ['leaf', 'sub', 'root']);
    const mend = { revocation: named('pki judge', 'revocation') };
    expect(await judged(whole, { at: new Date() })).toEqual(mend);
    list = await makeList(workshop, 'sub', [], 1);
    expect(await judged(whole, { at: new Date(Date.now() + 2 * 86_400_000) })).toEqual(mend);
  });
});

describe('the authority', () => {
  staged('authority-unfit', 'CA keys above 2048 bits, which devices do not take', async (named) => {
    await workshop.make({ name: 'big', subject: '/CN=Big Root', extensions: authority, key: 'rsa:3072' });
    const pem = (await workshop.read('big.pem')).toString();
    expect(judgeCaKeys('big.pem', caKeysOf(pem))).toMatchObject({ status: 'fail', reason: 'ca_key_long' });
    expect(named('prerequisites', 'ca_key_long')).toContain('2048');
    await workshop.make({
      name: 'below',
      subject: '/CN=oob.corp.example.com',
      issuer: 'big',
      extensions: [setupPurpose],
    });
    expect(await judged(await workshop.pkcs12('below', 'below', ['below', 'big']))).toMatchObject({
      'key sizes': named('pki judge', 'key sizes'),
    });
    const opening = openAuthority(workshop, { name: 'big' });
    const error: unknown = await opening.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error instanceof PkiError && error.code).toBe('pki_ca_unfit');
    expect(named('pki', 'pki_ca_unfit')).toContain('2048 bits');
  });
});
