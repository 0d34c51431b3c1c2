/** The way to PCs of the lab that are in their factory state. */
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createSetupGateway } from '../../../adapters/amt/index.ts';
import { createFleet, type Fleet, type FleetOptions } from '../../../lab/fleet.ts';
import { noteHello } from '../../../src/provisioning/hello/note-hello.ts';
import { createSetupCredentials } from '../../../src/provisioning/out-of-band/factory-accounts.ts';
import { createOutOfBandAccess } from '../../../src/provisioning/out-of-band/out-of-band-access.ts';
import type { SetupChain } from '../../../src/provisioning/out-of-band/setup-chains.ts';
import { realClock } from '../../amt/conversation.ts';
import { listenForHello } from '../../hello/first-hello.ts';
import { createSetupAuthority } from '../../lab/bare/set-up-server.ts';
import { device as anyDevice } from '../../support/fixtures.ts';
import { undoAt } from '../../support/undo.ts';
import { memorySecrets } from '../machine/memory-stores.ts';

const authority = createSetupAuthority();
const never = new AbortController().signal;
const typed = 'Typed-in-MEBx1';
const undo = undoAt(afterEach);

/** A bare PC that said hello, and the way to it. */
async function bare(
  address: string,
  more: FleetOptions & {
    readonly uuid?: string;
    readonly accounts?: readonly string[];
    readonly wish?: Parameters<typeof authority.chain>[0];
  } = {},
) {
  const { server, said, close } = await listenForHello('127.24.184.254');
  undo.push(close);
  const { uuid, wish, accounts: _accounts, ...lab } = more;
  const fleet: Fleet = await createFleet({
    firstAddress: address,
    bare: { hosts: 'all', server, roots: [authority.rootDer] },
    ...lab,
  });
  undo.push(() => fleet.stop());
  await fleet.start();
  const hello = await said;
  const device = { ...anyDevice, host: address, fqdn: null, uuid: uuid ?? hello.uuid };
  const chain: SetupChain = {
    ok: true,
    available: {
      name: 'own',
      rootHashes: (['sha1', 'sha256'] as const).map((kind) => ({
        kind,
        hex: createHash(kind).update(authority.rootDer).digest('hex'),
      })),
      commonName: wish?.commonName ?? 'setup.lab.example',
      validFrom: new Date(0),
      validTo: new Date(Date.now() + 60_000),
    },
    client: authority.chain(wish),
  };
  const secrets = memorySecrets();
  const tried: string[] = [];
  const logIns = {
    async takeLogIn(_address: string, account: string, _at: Date, _since: Date, most: number) {
      tried.push(account);
      return tried.length <= most;
    },
  };
  const timeouts = { wakeWindowMs: 1_000, wakePauseMs: 5 };
  const credentials = createSetupCredentials(secrets, async (name) =>
    name === 'bench' ? { user: 'admin', password: typed } : null,
  );
  const gateway = createSetupGateway({ credentials, clock: realClock, timeouts }, chain.client);
  undo.push(() => gateway.close());
  const access = createOutOfBandAccess(device, {
    hellos: { get: async () => noteHello(null, hello) },
    inventory: { withUuid: async () => [device] },
    chains: { all: async () => [chain] },
    probes: { addressesOf: async () => ({ kind: 'none' }) },
    clock: realClock,
    takesHellos: true,
    freshHours: 24,
    accounts: { secrets, accounts: more.accounts ?? [], logIns },
    gatewayOf: () => gateway,
  });
  const pc = fleet.device('host1');
  return { access, pc, fleet, secrets, device, tried, meet: async () => access.meet?.(never) };
}

const setPassword = (pc: Fleet['devices'][number], password: string) => {
  pc.adminHash = createHash('md5').update(`admin:${pc.realm}:${password}`).digest('hex');
};

describe('meeting', () => {
  test.each([
    ['amt-11.8', 'legacy'],
    ['amt-15.0', 'pinned'],
  ])('%s: by TLS of its time; what later connections are held to is told', async (persona, setupTls) => {
    const { meet, pc } = await bare('127.24.184.41', { persona });
    expect(await meet()).toEqual({
      chain: 'own',
      address: '127.24.184.41',
      setupTls,
      factoryAccount: 'factory',
      factoryFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      amtVersion: pc.persona.version,
      dnsSuffix: 'lab.example',
    });
  });

  test('whoever answers with another UUID is given nothing', async () => {
    const { meet, pc } = await bare('127.24.184.42', { uuid: '5a3b0c1d-2e4f-4a6b-8c7d-9e0f1a2b3c4d' });
    await expect(meet()).rejects.toMatchObject({ code: 'uuid_differs' });
    expect([...pc.counters.requests.keys()].filter((name) => /\.Set|Commit/.test(name))).toEqual([]);
  });

  test('a PC that ends the connection at the certificate: said so, with the name that it was shown', async () => {
    const { meet } = await bare('127.24.184.43', { wish: { commonName: 'setup.other.example' } });
    await expect(meet()).rejects.toMatchObject({
      code: 'provisioning_chain_refused',
      evidence: [expect.stringContaining('127.24.184.43'), 'it was shown CN setup.other.example'],
    });
  });

  test('whose factory password somebody changed: said so, with what was tried', async () => {
    const { meet, pc } = await bare('127.24.184.44');
    setPassword(pc, typed);
    await expect(meet()).rejects.toMatchObject({ code: 'factory_account_refused', evidence: ['refused: factory'] });
  });

  test('accounts are tried in turn: what we gave it before, the factory, the configured ones; which one it was is kept', async () => {
    const { meet, pc, secrets, device, tried } = await bare('127.24.184.47', { accounts: ['bench'] });
    await secrets.propose(device.id, 'mebx', { user: '', password: 'Former-Mebx1!' }, new Date());
    await secrets.confirm(device.id, 'mebx', new Date());
    setPassword(pc, typed);
    expect(await meet()).toMatchObject({ factoryAccount: 'account bench' });
    expect(tried).toEqual(['mebx', 'factory', 'account bench']);
    setPassword(pc, 'Former-Mebx1!');
    expect(await meet()).toMatchObject({ factoryAccount: 'mebx' });
  });

  test('after twelve log-ins within an hour no more are tried', async () => {
    const { meet, pc } = await bare('127.24.184.48');
    setPassword(pc, typed);
    const codes = [];
    for (let turn = 1; turn <= 13; turn += 1) codes.push(await meet().catch(({ evidence }) => evidence.at(-1)));
    expect(codes.slice(0, 12).every((each) => each === 'refused: factory')).toBe(true);
    expect(codes.at(-1)).toBe('12 log-ins were tried within an hour; no more now');
  });
});

describe('conversations after it', () => {
  test('are held to what was met: another certificate, and no password goes out', async () => {
    const { meet, access } = await bare('127.24.184.45');
    const facts = { ...(await meet()), factoryFingerprint: 'ab'.repeat(32) };
    const asked = access.as('factory', facts, (session) => session.provisioning.setup.read(), never);
    await expect(asked).rejects.toMatchObject({ code: 'certificate_changed' });
    const known = { ...facts, fingerprint: 'cd'.repeat(32) };
    const again = access.as('factory', known, (session) => session.provisioning.setup.read(), never);
    await expect(again).rejects.toMatchObject({ code: 'certificate_changed' });
  });

  test('the administrator is the proposed one, then the one in force', async () => {
    const { meet, access, secrets, device } = await bare('127.24.184.46');
    const facts = (await meet()) ?? {};
    const ask = () => access.as('administrator', facts, (session) => session.provisioning.setup.administrator(), never);
    await expect(ask()).rejects.toMatchObject({ code: 'credential_missing' });
    const administrator = { user: 'admin', password: 'Adm1n-Passw0rd!' };
    await secrets.propose(device.id, 'administrator', administrator, new Date());
    await expect(ask()).rejects.toMatchObject({ code: 'wrong_credentials' });
    await access.as(
      'factory',
      facts,
      ({ provisioning }) => provisioning.setup.setAdministrator('admin', administrator.password),
      never,
    );
    expect(await ask()).toMatchObject({ hasFactoryPassword: false });
    await secrets.confirm(device.id, 'administrator', new Date());
    expect(await ask()).toMatchObject({ hasFactoryPassword: false });
  });
});
