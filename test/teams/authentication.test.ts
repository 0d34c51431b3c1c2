import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ChatError, type Invocation } from '../../src/ports/chat.ts';
import { connectorHost, createMicrosoft, type TokenParts } from './microsoft.ts';
import { createTeamsBot, operator, type TeamsBot, tenant } from './teams-bot.ts';
import { createTeamsPlatform, type TeamsPlatform } from './teams-platform.ts';

const appId = '99999999-8888-4777-8666-555555555555';
const appPassword = 'the-client-secret~of.the_bot';
const serviceUrl = `https://${connectorHost}/emea/`;

/** As in production: nothing in the adapter knows of this test, see microsoft.ts. */
describe('authentication on /api/messages', () => {
  let platform: TeamsPlatform;
  let microsoft: Awaited<ReturnType<typeof createMicrosoft>>;
  let bot: TeamsBot;
  const taken: Invocation[] = [];

  beforeAll(async () => {
    // The SDK prints each token that it refuses.
    jest.spyOn(console, 'error').mockImplementation(() => {});
    platform = await createTeamsPlatform({ token: 'access-token-of-the-bot', basePath: '/emea' });
    platform.addPerson(operator);
    microsoft = await createMicrosoft(platform.listener);
    bot = await createTeamsBot(platform, { appId, appPassword });
    await bot.adapter.start(async (invocation) => void taken.push(invocation));
  });
  beforeEach(() => {
    taken.length = 0;
  });
  afterAll(async () => {
    await bot.close();
    await microsoft.close();
    await platform.close();
    jest.restoreAllMocks();
  });

  const send = (authorization: string | null, changes: object = {}) =>
    bot.deliver(
      { ...bot.typed(operator, 'hosts'), serviceUrl, ...changes },
      authorization === null ? {} : { authorization },
    );

  test('without the public keys nothing is taken, and Teams is told to come again', async () => {
    microsoft.state.keysDown = true;
    expect((await send(`Bearer ${microsoft.token(appId)}`)).status).toBe(503);
    microsoft.state.keysDown = false;
    expect(taken).toEqual([]);
  });

  test('a good token is taken, and the answer goes out with a token of our own', async () => {
    expect((await send(`Bearer ${microsoft.token(appId)}`)).status).toBe(200);
    expect(taken[0]?.what).toEqual({ kind: 'command', text: 'hosts' });
    await taken[0]?.respond({ tone: 'good', title: 'Here they are' });
    await taken[0]?.respond({ tone: 'good', title: 'And again' });
    expect(platform.posted.map(({ summary }) => summary)).toEqual(['Here they are', 'And again']);
    expect(microsoft.tokenRequests).toHaveLength(1);
    const request = microsoft.tokenRequests[0];
    expect(request?.path.split('?')[0]).toBe(`/${tenant}/oauth2/v2.0/token`);
    expect(request?.form.get('client_secret')).toBe(appPassword);
    expect(request?.form.get('scope')).toBe('https://api.botframework.com/.default');
  });

  const nowS = Math.floor(Date.now() / 1000);
  const refused: readonly (readonly [string, TokenParts])[] = [
    ['another audience', { claims: { aud: '00000000-8888-4777-8666-555555555555' } }],
    ['no audience', { claims: { aud: undefined } }],
    ['another issuer', { claims: { iss: 'https://evil.example' } }],
    ['an expired token', { claims: { exp: nowS - 600, nbf: nowS - 7200 } }],
    ['an unknown key id', { header: { kid: 'key-2' } }],
    ['a key that Microsoft endorses for another channel', { header: { kid: 'key-of-web-chat' } }],
    ['a wrong key (the SDK would answer 500)', { key: 'other' }],
    ['alg none (the SDK would answer 500)', { header: { alg: 'none' }, key: 'none' }],
    ['the public key used as a secret', { header: { alg: 'HS256' }, key: 'hmac' }],
    ['nbf in the future (the SDK would answer 500)', { claims: { nbf: nowS + 1800, exp: nowS + 3600 } }],
    ['a service URL other than the activity names', { claims: { serviceurl: 'https://elsewhere.example/' } }],
    ['no service URL', { claims: { serviceurl: undefined } }],
    // Emulator and other bots: the SDK takes them when they carry our own app id.
    [
      'a token of the Emulator',
      {
        claims: {
          iss: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/',
          ver: '1.0',
          appid: appId,
          tid: 'd6d49420-f39b-4df7-a1dc-d59a935871db',
        },
      },
    ],
  ];
  test.each(refused)('%s is refused with 401', async (_what, parts) => {
    const response = await send(`Bearer ${microsoft.token(appId, parts)}`);
    expect(response.status).toBe(401);
    expect(await response.text()).toBe('');
    expect(taken).toEqual([]);
  });

  test.each([
    ['no token', null],
    ['an empty header', ''],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['junk', 'Bearer junk'],
    ['junk in three parts', 'Bearer a.b.c'],
    ['two tokens', 'Bearer a b'],
  ])('%s is refused with 401', async (_what, header) => {
    expect((await send(header)).status).toBe(401);
    expect(taken).toEqual([]);
  });

  test('a channel that the SDK would check by other rules is refused', async () => {
    expect((await send(`Bearer ${microsoft.token(appId)}`, { channelId: 'AseChannel' })).status).toBe(400);
    expect(taken).toEqual([]);
  });

  test('a press needs a token as well', async () => {
    const press = { ...bot.pressed(operator, 'act_1', '1', platform.channel), serviceUrl };
    expect((await bot.deliver(press)).status).toBe(401);
    expect(
      (await bot.deliver(press, { authorization: `Bearer ${microsoft.token(appId, { key: 'other' })}` })).status,
    ).toBe(401);
    expect(taken).toEqual([]);
  });

  test('an unauthenticated body is not even read', async () => {
    const response = await fetch(bot.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(401);
  });

  test('the token of the bot goes to no host but those of Teams', async () => {
    const strange = 'https://smba.trafficmanager.net.evil.example/emea/';
    const token = microsoft.token(appId, { claims: { serviceurl: strange } });
    expect((await send(`Bearer ${token}`, { serviceUrl: strange })).status).toBe(403);
    expect(taken).toEqual([]);
    for (const to of [
      strange,
      'https://smba.trafficmanager.net@evil.example/',
      'http://smba.trafficmanager.net/',
      platform.serviceUrl,
    ]) {
      const reference = {
        channelId: 'msteams',
        serviceUrl: to,
        tenantId: tenant,
        conversationId: 'a:1',
        activityId: '1',
        botId: '28:x',
      };
      const conversation = { platform: 'teams', tenant, channel: 'a:1', direct: true, reference } as const;
      const before = platform.calls.length;
      const view = { tone: 'neutral', title: 'Secret' } as const;
      await expect(bot.adapter.post(conversation, view)).rejects.toMatchObject({ name: 'ChatError', code: 'rejected' });
      await expect(bot.adapter.update({ platform: 'teams', reference }, view)).rejects.toMatchObject({
        code: 'rejected',
      });
      expect(platform.calls.length).toBe(before);
    }
  });

  test('a refused client secret is told as token_revoked, and appears nowhere', async () => {
    microsoft.state.refuseSecret = true;
    const unlucky = await createTeamsBot(platform, { appId: '00000000-1111-4222-8333-444444444444', appPassword });
    const reference = {
      channelId: 'msteams',
      serviceUrl,
      tenantId: tenant,
      conversationId: 'a:1',
      activityId: '',
      botId: '28:x',
    };
    const conversation = { platform: 'teams', tenant, channel: 'a:1', direct: true, reference } as const;
    const error = await unlucky.adapter
      .post(conversation, { tone: 'good', title: 'x' })
      .catch((thrown: ChatError) => thrown);
    microsoft.state.refuseSecret = false;
    expect(error).toMatchObject({ code: 'token_revoked', message: 'Entra gave no token (invalid_client)' });
    expect(JSON.stringify([error, String(error instanceof ChatError ? error.cause : ''), unlucky.lines])).not.toContain(
      appPassword,
    );
    await unlucky.close();
  });

  test('a refused access token is told as token_revoked, without the token', async () => {
    const reference = {
      channelId: 'msteams',
      serviceUrl,
      tenantId: tenant,
      conversationId: platform.chatOf(operator),
      activityId: '',
      botId: '28:x',
    };
    const conversation = { platform: 'teams', tenant, channel: 'a:1', direct: true, reference } as const;
    microsoft.state.accessToken = 'expired-access-token';
    const other = await createTeamsBot(platform, { appId: '00000000-1111-4222-8333-555555555555', appPassword });
    const error = await other.adapter
      .post(conversation, { tone: 'good', title: 'x' })
      .catch((thrown: ChatError) => thrown);
    microsoft.state.accessToken = 'access-token-of-the-bot';
    expect(error).toMatchObject({ code: 'token_revoked' });
    const cause = error instanceof ChatError ? error.cause : null;
    expect(JSON.stringify([error, cause, Object.getOwnPropertyNames(cause)])).not.toMatch(
      /expired-access-token|request/,
    );
    await other.close();
  });
});
