import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEntrance, throughAgent } from '../../agent/agent-site.ts';
import { type AgentSite, createAgentSite } from '../site/agent-site.ts';
import { polled } from '../site/polled.ts';

const adminSetup = 'IPS_HostBasedSetupService.AdminSetup';

describe('in admin control mode', () => {
  let agents: AgentSite;
  beforeAll(async () => {
    agents = await createAgentSite({ network: '127.24.187', from: 100, devices: 3, lab: ['--latency', '60'] });
    await agents.site.start();
  }, 90_000);
  afterAll(() => agents?.close());

  test('the service dies once the PC is set up: the run goes on and waits again, the agent comes again, nothing is sent twice', async () => {
    const card = await agents.provision('pc1');
    await agents.waits(card);
    const first = agents.agent('pc1');
    await polled('AdminSetup', async () => (await agents.depot.device('host1')).counters.requests[adminSetup] === 1);
    await agents.site.kill();
    expect(await first).toMatchObject({ ok: false });
    await agents.site.start();
    const last = await agents.served('pc1', { password: 'any' });
    expect(last).toEqual({ ok: true, text: 'pc1 is provisioned.' });
    expect((await agents.endOf(card)).view.title).toMatch(/^pc1: provisioned and verified/);
    expect((await agents.depot.device('host1')).counters.requests[adminSetup]).toBe(1);
  }, 120_000);

  test('AdminSetup takes effect and its answer is lost: the PC is asked for its mode', async () => {
    const card = await agents.provision('pc2');
    await agents.waits(card);
    expect(await agents.agent('pc2', { loseReplyTo: 'AdminSetup_INPUT' })).toEqual({
      ok: true,
      text: 'pc2 is provisioned.',
    });
    expect((await agents.endOf(card)).view.title).toMatch(/^pc2: provisioned and verified/);
    expect((await agents.depot.device('host2')).counters.requests[adminSetup]).toBe(1);
  }, 120_000);

  test('a PC that somebody has in client control mode, with a password of the configuration, is lifted out of it', async () => {
    const other = await openEntrance(async (agent) => {
      const { as, close } = throughAgent(agent);
      await as('local', (session) => session.provisioning.hostSetup.setUpClient(agents.site.lab.password));
      await close();
      return { ok: true, text: '' };
    });
    await agents.depot.runAgent('host3', { url: other.url, profile: 'x' });
    await other.close();
    expect(await agents.depot.state('host3')).toMatchObject({ controlMode: 1 });
    const card = await agents.provision('pc3');
    await agents.waits(card);
    expect(await agents.agent('pc3', { password: 'any' })).toEqual({ ok: true, text: 'pc3 is provisioned.' });
    expect((await agents.endOf(card)).view.title).toMatch(/^pc3: provisioned and verified/);
    expect(await agents.depot.state('host3')).toMatchObject({ controlMode: 2, factory: { isMebxChanged: true } });
    const { requests } = (await agents.depot.device('host3')).counters;
    expect([requests['IPS_HostBasedSetupService.UpgradeClientToAdmin'], requests[adminSetup]]).toEqual([1, undefined]);
  }, 120_000);
});

describe('in client control mode', () => {
  let agents: AgentSite;
  beforeAll(async () => {
    agents = await createAgentSite({ network: '127.24.187', from: 150, devices: 1, inBand: ', controlMode: client' });
    await agents.site.start();
  }, 90_000);
  afterAll(() => agents?.close());

  test('without a provisioning certificate being shown, and MEBx left alone', async () => {
    const card = await agents.provision('pc1');
    await agents.waits(card);
    expect(await agents.agent('pc1')).toEqual({ ok: true, text: 'pc1 is provisioned.' });
    expect((await agents.endOf(card)).view.title).toMatch(/^pc1: provisioned and verified/);
    expect(await agents.depot.state('host1')).toMatchObject({ controlMode: 1, factory: { isMebxChanged: false } });
    const { requests } = (await agents.depot.device('host1')).counters;
    expect([
      requests['IPS_HostBasedSetupService.Setup'],
      requests['IPS_HostBasedSetupService.AddNextCertInChain'],
    ]).toEqual([1, undefined]);
  }, 90_000);
});
