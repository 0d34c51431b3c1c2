import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AgentSite, createAgentSite } from '../site/agent-site.ts';

const personas = ['amt-9.1', 'amt-12.0', 'amt-15.0', 'amt-16.1', 'amt-18.0', 'amt-15.0', 'amt-15.0', 'amt-19.0'];
let agents: AgentSite;

beforeAll(async () => {
  agents = await createAgentSite({
    network: '127.24.187',
    devices: personas.length,
    persona: personas.join(','),
    inBand: ', waitMinutes: 1',
  });
  await agents.site.start();
}, 90_000);
afterAll(() => agents?.close());

const requestsOf = async (host: string) => (await agents.depot.device(host)).counters.requests;

describe('by the agent on the PC', () => {
  test('an agent that nobody asked for is told what to ask for, and gets nothing', async () => {
    expect(await agents.agent('pc1')).toEqual({
      ok: false,
      text: 'Nobody has asked for pc1 to be provisioned. Ask in chat: /oob provision pc1 --mode in-band',
    });
    expect(await requestsOf('host1')).toEqual({});
  });

  test('one of an unknown PC, or with another key, as well', async () => {
    const uuid = '4c4c4544-0046-3610-8047-b4c04f564433';
    expect(await agents.agent('pc1', { uuid })).toMatchObject({ ok: false, text: expect.stringContaining(uuid) });
    expect(await agents.agent('pc1', { profile: 'guessed' })).toEqual({
      ok: false,
      text: 'The key behind --profile is not the one of this service.',
    });
    expect(await agents.agent('pc1', { protocolVersion: '3.0.0' })).toMatchObject({ ok: false });
    expect(await requestsOf('host1')).toEqual({});
  });

  test('approved, then the agent comes: admin control mode, certificate, TLS, verified, and managed by its own account', async () => {
    const card = await agents.provision('pc1 --mode in-band');
    expect(card.view.facts?.find(({ label }) => label === 'Mode')?.value).toBe('in band (1)');
    expect(card.view.facts?.find(({ label }) => label === 'Sent once only')?.value).toContain('control mode');
    await agents.waits(card);
    expect(await agents.agent('pc1')).toEqual({ ok: true, text: 'pc1 is provisioned.' });
    const end = await agents.endOf(card);
    expect(end.view.title).toBe('pc1: provisioned and verified (AMT 9.1.42, TLSv1.1)');
    expect(await agents.depot.state('host1')).toMatchObject({
      provisioningState: 2,
      controlMode: 2,
      factory: { isMebxChanged: true, refusals: [] },
    });
    const sent = await requestsOf('host1');
    expect(sent['IPS_HostBasedSetupService.AdminSetup']).toBe(1);
    const status = await (await agents.site.operator.say('poweron pc1')).end();
    expect(status.view.title).toMatch(/pc1/);
    expect(status.view.outcome).toBe('done');
    expect(await agents.agent('pc1', { password: 'any' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('already'),
    });
  }, 90_000);

  test('several at once, of every firmware', async () => {
    const card = await agents.provision('pc2,pc3,pc4,pc5');
    await agents.waits(card);
    const ends = await Promise.all(['pc2', 'pc3', 'pc4', 'pc5'].map((name) => agents.agent(name)));
    expect(ends).toEqual(ends.map((_end, index) => ({ ok: true, text: `pc${index + 2} is provisioned.` })));
    expect((await agents.endOf(card)).view.title).toMatch(/^Done: 4 provisioned and verified\. /);
  }, 90_000);

  test('an agent that dies once AMT is set up and comes again: goes on, and AdminSetup is not sent twice', async () => {
    const card = await agents.provision('pc6');
    await agents.waits(card);
    expect(await agents.agent('pc6', { vanishAfter: 'AdminSetup_INPUT' })).toMatchObject({ ok: false });
    // It was set up: the agent does not even come without a password, which is not used.
    expect(await agents.agent('pc6')).toEqual({ ok: false, text: 'missing or incorrect password' });
    const again = await agents.served('pc6', { password: 'any' });
    expect(again).toEqual({ ok: true, text: 'pc6 is provisioned.' });
    expect((await agents.endOf(card)).view.title).toMatch(/^pc6: provisioned and verified/);
    expect((await requestsOf('host6'))['IPS_HostBasedSetupService.AdminSetup']).toBe(1);
  }, 90_000);

  test('two agents for one PC: one is served, the other told so; dies and comes again before anything was done', async () => {
    const card = await agents.provision('pc7');
    await agents.waits(card);
    await agents.agent('pc7', { vanishAt: 2 });
    const ends = await Promise.all([agents.served('pc7'), agents.served('pc7')]);
    expect(ends.filter(({ ok }) => ok)).toEqual([{ ok: true, text: 'pc7 is provisioned.' }]);
    expect((await agents.endOf(card)).view.title).toMatch(/^pc7: provisioned and verified/);
    expect((await requestsOf('host7'))['IPS_HostBasedSetupService.AdminSetup']).toBe(1);
  }, 90_000);

  test('AMT 19 takes TLS only on its local port: its agent is told, and the PC fails with the command once the time is up', async () => {
    const card = await agents.provision('pc8');
    await agents.waits(card);
    expect(await agents.agent('pc8')).toMatchObject({ ok: false, text: expect.stringContaining('AMT 19') });
    // A minute is longer than a card is usually waited for.
    const end = await agents.endOf(card).catch(() => agents.endOf(card));
    expect(JSON.stringify(end.view)).toContain('rpc activate -u wss://');
    expect(JSON.stringify(end.view)).toContain('agent');
  }, 120_000);
});
