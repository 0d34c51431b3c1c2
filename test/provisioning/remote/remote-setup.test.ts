/** Setting bare-metal PCs of the lab up over the network: hello, choice of the chain, connection, step by step, commit. */
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createSetupGateway } from '../../../adapters/amt/index.ts';
import { createFleet, type Fleet, type FleetOptions } from '../../../lab/fleet.ts';
import type { SetupGateway } from '../../../src/ports/amt/setup-gateway.ts';
import type { AmtEndpoint, AmtSession } from '../../../src/ports/amt.ts';
import type { ReceivedHello } from '../../../src/ports/hello/hello.ts';
import { type AvailableChain, chooseChain } from '../../../src/provisioning/hello/choose-chain.ts';
import { type RemoteStep, remoteSteps } from '../../../src/provisioning/remote/remote-steps.ts';
import { endpointAt, errorOf, openGateway, realClock } from '../../amt/conversation.ts';
import { listenForHello } from '../../hello/first-hello.ts';
import { createSetupAuthority } from '../../lab/bare/set-up-server.ts';
import { undoAt } from '../../support/undo.ts';

const authority = createSetupAuthority();
const secrets = {
  administrator: { user: 'admin', password: 'Adm1n-Passw0rd!' },
  mebxPassword: 'Mebx-Passw0rd1!',
};
const accounts = new Map([
  ['factory', { user: 'admin', password: 'admin' }],
  ['administrator', secrets.administrator],
]);
const signal = new AbortController().signal;

const undo = undoAt(afterEach);

/** One bare PC that said hello. */
async function bare(firstAddress: string, more: FleetOptions = {}): Promise<{ fleet: Fleet; hello: ReceivedHello }> {
  const { server, said, close } = await listenForHello('127.21.44.254');
  undo.push(close);
  const fleet = await createFleet({
    firstAddress,
    bare: { hosts: 'all', server, roots: [authority.rootDer] },
    ...more,
  });
  undo.push(() => fleet.stop());
  await fleet.start();
  return { fleet, hello: await said };
}

function gatewayWith(chain = authority.chain()): SetupGateway {
  const credentials = async (name: string) => accounts.get(name) ?? null;
  const timeouts = { wakeWindowMs: 1_000, wakePauseMs: 5 };
  const gateway = createSetupGateway({ credentials, clock: realClock, timeouts }, chain);
  undo.push(() => gateway.close());
  return gateway;
}

const available: AvailableChain = {
  name: 'own',
  rootHashes: [
    { kind: 'sha256', hex: createHash('sha256').update(authority.rootDer).digest('hex') },
    { kind: 'sha1', hex: createHash('sha1').update(authority.rootDer).digest('hex') },
  ],
  commonName: 'setup.lab.example',
  validFrom: new Date(Date.now() - 60_000),
  validTo: new Date(Date.now() + 60_000),
};

/** Meets the PC, and gives what speaks with it as one of the two accounts. */
async function met(gateway: SetupGateway, host: string, tls: 'pinned' | 'legacy' = 'pinned') {
  const { fingerprint } = await gateway.meet({ host, port: null, tls }, signal);
  const endpoint: AmtEndpoint = endpointAt(host, { tls, certificateFingerprint: fingerprint });
  const as = <T>(credential: string, work: (session: AmtSession) => Promise<T>) =>
    gateway.withDevice({ ...endpoint, credential }, work, signal);
  const perform = (step: RemoteStep) => as(step.as, (session) => step.perform(session, secrets));
  return { endpoint, as, perform };
}

describe('remote configuration with certificates', () => {
  const personas = ['amt-9.1', 'amt-11.8', 'amt-12.0', 'amt-15.0', 'amt-16.1', 'amt-19.0'];
  test.each(personas)('%s: from its hello to an ordinary PC with passwords of its own', async (persona) => {
    const { fleet, hello } = await bare(`127.21.44.${1 + personas.indexOf(persona)}`, { persona });
    const isOld = ['amt-9.1', 'amt-11.8'].includes(persona);
    const facts = { hello, dnsSuffix: null, now: new Date() };
    expect(chooseChain([available], facts)).toMatchObject({ ok: true, chain: { name: 'own' } });
    const { as, perform, endpoint } = await met(gatewayWith(), hello.address, isOld ? 'legacy' : 'pinned');
    const state = await as('factory', ({ provisioning }) => provisioning.setup.read());
    expect(state).toMatchObject({ provisioningState: 'in', dhcpDnsSuffix: 'lab.example' });
    for (const step of remoteSteps) {
      await perform(step);
      const after = step.name === 'set-administrator' ? 'administrator' : step.as;
      expect([step.name, await as(after, (session) => step.wasDone(session))]).toEqual([
        step.name,
        step.name === 'set-mebx-password' ? null : true,
      ]);
    }
    expect(fleet.device('host1').factory).toMatchObject({ isMebxChanged: true, refusals: [] });
    // An everyday connection needs no certificate any more, and is held to the one that was met.
    const everyday = openGateway({ credentials: async (name) => accounts.get(name) ?? null });
    undo.push(() => everyday.gateway.close());
    const ordinary = { ...endpoint, credential: 'administrator' };
    expect(await everyday.run(ordinary, (session) => session.readFacts())).toMatchObject({ provisioningState: 'post' });
    const factory = { ...endpoint, credential: 'factory' };
    expect(await errorOf(everyday.run(factory, (session) => session.readFacts()))).toMatchObject({
      code: 'wrong_credentials',
    });
  });

  test('a lost answer to the commit is looked into, not sent again', async () => {
    const { fleet, hello } = await bare('127.21.44.11');
    const { as, perform } = await met(gatewayWith(), hello.address);
    const [commit] = remoteSteps.slice(-1);
    for (const step of remoteSteps.slice(0, -1)) await perform(step);
    await fleet.setFaults('host1', 'drop-mid-reply');
    if (commit) await perform(commit);
    expect(fleet.device('host1').counters.requests.get('AMT_SetupAndConfigurationService.CommitChanges')).toBe(1);
    expect(await as('administrator', (session) => commit?.wasDone(session) ?? Promise.resolve(null))).toBe(true);
  });

  test('before the administrator has a new password the firmware takes no commit', async () => {
    const { hello } = await bare('127.21.44.12');
    const { as } = await met(gatewayWith(), hello.address);
    expect(await errorOf(as('factory', ({ provisioning }) => provisioning.setup.commit()))).toMatchObject({
      evidence: expect.arrayContaining([expect.stringContaining('16')]),
    });
    expect(await as('factory', ({ provisioning }) => provisioning.setup.administrator())).toEqual({
      user: 'admin',
      hasFactoryPassword: true,
    });
  });
});

describe('a PC that refuses the chain', () => {
  test.each([
    ['of another root', () => createSetupAuthority().chain(), 'root-unknown'],
    ['of another domain', () => authority.chain({ commonName: 'setup.other.example' }), 'wrong-suffix'],
    ['without the purpose', () => authority.chain({ purposes: ['serverAuth'] }), 'wrong-purpose'],
  ])('%s: it is said so, and no password was sent', async (_what, chain, why) => {
    const { fleet, hello } = await bare('127.21.44.13');
    const gateway = gatewayWith(chain());
    const error = await errorOf(gateway.meet({ host: hello.address, port: null, tls: 'pinned' }, signal));
    expect(error).toMatchObject({ code: 'connection_dropped' });
    expect(error.evidence[0]).toContain('ended the connection when it was shown the provisioning certificates');
    const { factory, counters } = fleet.device('host1');
    expect([factory?.refusals, counters.requests.size]).toEqual([[why], 0]);
  });

  test('nobody there, or somebody who takes his time: an error, soon', async () => {
    const gateway = gatewayWith();
    expect(await errorOf(gateway.meet({ host: '127.21.44.99', port: null, tls: 'pinned' }, signal))).toMatchObject({
      code: 'connection_refused',
    });
    const { fleet } = await bare('127.21.44.14');
    await fleet.setFaults('host1', 'unreachable');
    const over = AbortSignal.timeout(50);
    expect(await errorOf(gateway.meet({ host: '127.21.44.14', port: null, tls: 'pinned' }, over))).toMatchObject({
      code: 'cancelled',
    });
  });
});
