/** The AMT client speaks with AMT's local port through an agent, as it does over TCP. */
import { randomBytes, sign, X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { AgentEnd, AgentWish } from '../../lab/agent/agent.ts';
import type { Fleet } from '../../lab/fleet.ts';
import type { AmtSession } from '../../src/ports/amt.ts';
import type { Agent, AgentFarewell } from '../../src/ports/provisioning/agents.ts';
import { errorOf } from '../amt/conversation.ts';
import { type Chain, createSetupAuthority } from '../lab/bare/set-up-server.ts';
import { undoAt } from '../support/undo.ts';
import { factoryFleet, openEntrance, throughAgent } from './agent-site.ts';

const authority = createSetupAuthority();
const password = 'Adm1n-Passw0rd!';

const undo = undoAt(afterEach);

/** The agent runs on host1, and `receive` has it. */
async function visit(
  fleet: Fleet,
  receive: (agent: Agent) => Promise<AgentFarewell>,
  wish: Partial<AgentWish> = {},
): Promise<AgentEnd> {
  const received: Promise<AgentFarewell>[] = [];
  const entrance = await openEntrance((agent) => {
    const work = receive(agent);
    received.push(work);
    return work;
  });
  undo.push(() => entrance.close());
  const end = await fleet.runAgent('host1', { url: entrance.url, profile: 'desks', ...wish });
  // What broke in it breaks the test.
  await Promise.all(received);
  return end;
}

async function fleetAt(firstAddress: string, persona = 'amt-15.0'): Promise<Fleet> {
  const fleet = await factoryFleet(firstAddress, { persona, roots: [authority.rootDer] });
  undo.push(() => fleet.stop());
  return fleet;
}

const derOf = ({ certificates }: Chain) =>
  (certificates.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).map((pem) => new X509Certificate(pem).raw);

const proofOf = (firmwareNonce: Uint8Array, key: string) => {
  const nonce = randomBytes(20);
  return { nonce, signature: sign('sha256', Buffer.concat([firmwareNonce, nonce]), key) };
};

async function setUpAdmin({ provisioning: { hostSetup } }: AmtSession, chain = authority.chain()): Promise<void> {
  await hostSetup.addChain(derOf(chain));
  const { nonce } = await hostSetup.read();
  await hostSetup.setUpAdmin(password, proofOf(nonce, chain.key));
}

const fine: AgentFarewell = { ok: true, text: 'Done.' };

describe('through an agent', () => {
  test.each(['amt-9.1', 'amt-12.0', 'amt-15.0', 'amt-18.0'])(
    '%s: client control mode with the local account',
    async (persona) => {
      const fleet = await fleetAt(
        `127.24.186.${['amt-9.1', 'amt-12.0', 'amt-15.0', 'amt-18.0'].indexOf(persona) + 61}`,
        persona,
      );
      const seen: unknown[] = [];
      const end = await visit(fleet, async (agent) => {
        seen.push(agent.facts);
        const { as, close } = throughAgent(agent, password);
        seen.push((await as('local', (session) => session.provisioning.hostSetup.read())).mode);
        await as('local', (session) => session.provisioning.hostSetup.setUpClient(password));
        seen.push((await as('administrator', (session) => session.readFacts())).controlMode);
        await close();
        return fine;
      });
      expect(end).toEqual({ ok: true, text: 'Done.' });
      expect(seen).toMatchObject([
        { controlMode: 'none', hostName: 'host1', dnsSuffix: 'lab.example' },
        'none',
        'client',
      ]);
    },
  );

  test('admin control mode: chain, signature over both nonces, once', async () => {
    const fleet = await fleetAt('127.24.186.65');
    await visit(fleet, async (agent) => {
      const { as, close } = throughAgent(agent, password);
      await as('local', (session) => setUpAdmin(session, authority.chain({ withIntermediate: true })));
      expect(await as('administrator', (session) => session.readFacts())).toMatchObject({
        controlMode: 'admin',
        provisioningState: 'post',
      });
      await as('administrator', (session) => session.provisioning.setup.setMebxPassword('Mebx-Passw0rd1!'));
      await close();
      return fine;
    });
    expect(fleet.device('host1').factory).toMatchObject({ isMebxChanged: true, refusals: [] });
    expect(fleet.device('host1').counters.requests.get('IPS_HostBasedSetupService.AdminSetup')).toBe(1);
  });

  test('from client to admin control mode', async () => {
    const fleet = await fleetAt('127.24.186.66');
    await visit(fleet, async (agent) => {
      const { as, close } = throughAgent(agent, password);
      await as('local', (session) => session.provisioning.hostSetup.setUpClient(password));
      await as('administrator', async ({ provisioning: { hostSetup } }) => {
        const chain = authority.chain();
        await hostSetup.addChain(derOf(chain));
        await hostSetup.upgradeToAdmin(proofOf((await hostSetup.read()).nonce, chain.key));
        expect(await hostSetup.read()).toMatchObject({ mode: 'admin' });
      });
      await close();
      return fine;
    });
  });

  test.each([
    ['of another root', () => createSetupAuthority().chain(), 'root-unknown'],
    ['of another domain', () => authority.chain({ commonName: 'setup.other.example' }), 'wrong-suffix'],
  ])('a chain %s is refused by the firmware', async (_what, chain, why) => {
    const fleet = await fleetAt('127.24.186.67');
    const failed: unknown[] = [];
    await visit(fleet, async (agent) => {
      const { as, close } = throughAgent(agent);
      failed.push(await errorOf(as('local', (session) => setUpAdmin(session, chain()))));
      await close();
      return fine;
    });
    expect(failed).toMatchObject([{ code: 'not_permitted' }]);
    expect(fleet.device('host1').factory?.refusals).toEqual([why]);
  });

  test('a signature by another key is refused, and nothing is set up', async () => {
    const fleet = await fleetAt('127.24.186.68');
    const failed: unknown[] = [];
    await visit(fleet, async (agent) => {
      const { as, close } = throughAgent(agent);
      const chain = { ...authority.chain(), key: createSetupAuthority().chain().key };
      failed.push(await errorOf(as('local', (session) => setUpAdmin(session, chain))));
      failed.push((await as('local', (session) => session.provisioning.hostSetup.read())).mode);
      await close();
      return fine;
    });
    expect(failed).toMatchObject([{ code: 'not_permitted' }, 'none']);
  });

  test('once it is set up the local account is gone, and the agent has none to give', async () => {
    const fleet = await fleetAt('127.24.186.69');
    const kept: Agent[] = [];
    await visit(fleet, async (agent) => {
      const { as, close } = throughAgent(agent, password);
      await as('local', (session) => session.provisioning.hostSetup.setUpClient(password));
      expect(await errorOf(as('local', (session) => session.readFacts()))).toMatchObject({ code: 'wrong_credentials' });
      await close();
      return fine;
    });
    await visit(
      fleet,
      async (agent) => {
        kept.push(agent);
        return fine;
      },
      { password: 'whatever' },
    );
    expect(kept).toMatchObject([{ localAccount: null, facts: { controlMode: 'client' } }]);
  });

  test('an agent that vanishes ends the conversation: what was under way may have been done', async () => {
    const fleet = await fleetAt('127.24.186.70');
    const failed: unknown[] = [];
    const end = await visit(
      fleet,
      async (agent) => {
        const { as, close } = throughAgent(agent);
        failed.push(await errorOf(as('local', (session) => setUpAdmin(session))));
        failed.push(agent.gone.aborted);
        failed.push(await errorOf(as('local', (session) => session.readFacts())));
        await close();
        return fine;
      },
      { vanishAfter: 'AdminSetup_INPUT' },
    );
    expect(end).toMatchObject({ ok: false });
    expect(failed).toMatchObject([
      { code: 'cancelled', mayHaveActed: true },
      true,
      { code: 'cancelled', mayHaveActed: false },
    ]);
    expect(fleet.device('host1').counters.requests.get('IPS_HostBasedSetupService.AdminSetup')).toBe(1);
  });

  test('a read whose reply was lost is asked again', async () => {
    const fleet = await fleetAt('127.24.186.71');
    const modes: string[] = [];
    await visit(
      fleet,
      async (agent) => {
        const { as, close } = throughAgent(agent, '', { replyTimeoutMs: 2_000, wakeWindowMs: 20_000 });
        modes.push((await as('local', (session) => session.provisioning.hostSetup.read())).mode);
        await close();
        return fine;
      },
      { loseReplyTo: 'IPS_HostBasedSetupService' },
    );
    expect(modes).toEqual(['none']);
  });
});
