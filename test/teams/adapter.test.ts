import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import { createTeamsAdapter, type TeamsOptions } from '../../adapters/teams/index.ts';
import { conversationOf } from '../../src/config/settings/conversation-of.ts';
import type { Invocation, OnInvocation, TurnedAway } from '../../src/ports/chat.ts';
import { approver, createMemoryLogger, createTeamsBot, operator, type TeamsBot, tenant } from './teams-bot.ts';
import { createTeamsPlatform, type TeamsPerson, type TeamsPlatform } from './teams-platform.ts';

const note = 'application/vnd.microsoft.activity.message';
const foreigner: TeamsPerson = { ...operator, id: '29:foreign', tenant: '22222222-2222-4333-8444-555555555555' };
const guest: TeamsPerson = {
  ...approver,
  id: '29:guest',
  aadObjectId: 'aaaaaaaa-0000-4000-8000-000000000003',
  role: 'guest',
};
const nobody: TeamsPerson = { ...operator, id: '29:nobody', aadObjectId: null };

describe('the Teams adapter', () => {
  let platform: TeamsPlatform;
  let bot: TeamsBot;
  let hand: OnInvocation;
  const taken: Invocation[] = [];
  const turnedAway: TurnedAway[] = [];
  const servers: Server[] = [];

  /** A server of the test itself; closed after it, also when it fails. */
  const listen = async (handler: RequestListener): Promise<string> => {
    const server = createServer(handler);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/`;
  };

  beforeEach(async () => {
    platform = await createTeamsPlatform();
    for (const person of [operator, approver, foreigner, guest, nobody]) platform.addPerson(person);
    bot = await createTeamsBot(platform, { noteWaitMs: 2_000 });
    taken.length = 0;
    turnedAway.length = 0;
    hand = async (invocation) => void taken.push(invocation);
    await bot.adapter.start(
      (invocation) => hand(invocation),
      async (who) => void turnedAway.push(who),
    );
  });
  afterEach(async () => {
    await bot.close();
    await platform.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  const press = async (who: TeamsPerson, changes: object = {}) => {
    const response = await bot.deliver({
      ...bot.pressed(who, 'act_1', '1', `${platform.channel};messageid=1`),
      ...changes,
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };

  test('a platform that nobody can connect to has not posted: it may be tried again', async () => {
    await bot.deliver(bot.typed(operator, 'hosts', 'channel'));
    const conversation = taken[0]?.conversation;
    if (!conversation) throw new Error('nothing was taken');
    const closed = { ...conversation, reference: { ...conversation.reference, serviceUrl: 'http://127.0.0.1:1/' } };
    await expect(bot.adapter.post(closed, { tone: 'good', title: 'x' })).rejects.toMatchObject({
      code: 'platform_down',
      mayHavePosted: false,
    });
  });

  test('a press is answered for the presser alone when the answer comes at once', async () => {
    hand = async ({ respond }) =>
      respond({ tone: 'warning', title: 'You asked for this yourself.', context: 'own_request' });
    expect(await press(operator)).toEqual({
      status: 200,
      body: { statusCode: 200, type: note, value: 'You asked for this yourself. (own_request)' },
    });
    expect(platform.posted).toEqual([]);
  });

  test('what has buttons of its own does not fit a note, and goes below the message', async () => {
    platform.newPost();
    const { conversationId, id } = platform.newPost();
    hand = async ({ respond }) =>
      respond({ tone: 'neutral', title: 'Which one?', actions: [{ id: 'act_2', label: 'This', style: 'default' }] });
    expect(
      (
        await press(operator, {
          replyToId: id,
          conversation: { id: conversationId, conversationType: 'channel', tenantId: tenant },
        })
      ).body,
    ).toMatchObject({ value: 'Got it.' });
    expect(platform.posted).toMatchObject([{ summary: 'Which one?', thread: id, conversationId }]);
  });

  test('a slow core does not keep Teams waiting: the answer comes later as a message', async () => {
    const { conversationId, id } = platform.newPost();
    const core = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    hand = async ({ respond }) => {
      await core.promise;
      await respond({ tone: 'good', title: 'Approved after all' });
      done.resolve();
    };
    const answer = await press(approver, {
      replyToId: id,
      conversation: { id: conversationId, conversationType: 'channel', tenantId: tenant },
    });
    expect(answer.body).toEqual({ statusCode: 200, type: note, value: 'Got it.' });
    core.resolve();
    await done.promise;
    expect(platform.posted).toMatchObject([{ summary: 'Approved after all', thread: id }]);
  });

  test('the fallback Action.Submit is the same press, sent as a message', async () => {
    const { id, conversationId } = platform.newPost();
    const { entities: _, text: __, ...message } = bot.typed(operator, '');
    const submit = {
      ...message,
      conversation: { ...message.conversation, id: conversationId },
      replyToId: id,
      value: { id: 'act_1' },
    };
    expect((await bot.deliver(submit)).status).toBe(200);
    expect((await bot.deliver(submit)).status).toBe(200);
    expect(taken[0]?.what).toMatchObject({
      kind: 'action',
      id: 'act_1',
      message: { reference: { activityId: id, conversationId } },
    });
    expect(taken[0]?.key).toBe(taken[1]?.key);
  });

  test('keys tell two people, two buttons, two presses and two places apart, and know a redelivery', async () => {
    const first = bot.pressed(operator, 'act_1', '1', `${platform.channel};messageid=1`);
    const variants = [
      first,
      first,
      { ...first, from: { ...first.from, id: approver.id, aadObjectId: approver.aadObjectId } },
      bot.pressed(operator, 'act_2', '1', `${platform.channel};messageid=1`),
      bot.pressed(operator, 'act_1', '1', `${platform.channel};messageid=1`),
      { ...first, conversation: { ...first.conversation, id: '19:elsewhere@thread.tacv2;messageid=1' } },
      // Without an id the moment tells.
      { ...first, id: undefined },
      { ...first, id: undefined },
      { ...first, id: undefined, timestamp: '2026-11-23T15:00:00.000Z' },
    ];
    for (const variant of variants) await bot.deliver(variant);
    const keys = taken.map(({ key }) => key);
    expect(keys).toHaveLength(variants.length);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[7]).toBe(keys[6]);
    expect(new Set(keys).size).toBe(variants.length - 2);
  });

  test.each([
    ['another verb', { action: { type: 'Action.Execute', verb: 'other', data: { id: 'act_1' } } }],
    ['no id', { action: { type: 'Action.Execute', verb: 'oob', data: {} } }],
    ['an id that is no text', { action: { type: 'Action.Execute', verb: 'oob', data: { id: { $ne: 1 } } } }],
    [
      'a card that refreshes itself',
      { trigger: 'automatic', action: { type: 'Action.Execute', verb: 'oob', data: { id: 'act_1' } } },
    ],
    ['nothing', undefined],
  ])('a press with %s is none', async (_what, value) => {
    const { status, body } = await press(operator, { value });
    expect({ status, statusCode: body.statusCode }).toEqual({ status: 200, statusCode: 400 });
    expect(taken).toEqual([]);
  });

  test('other invokes are not implemented, other activities are taken note of', async () => {
    const { value: _, ...other } = bot.pressed(operator, 'x', '1', platform.channel);
    expect((await bot.deliver({ ...other, name: 'composeExtension/query' })).status).toBe(501);
    for (const type of ['conversationUpdate', 'installationUpdate', 'messageReaction', 'messageUpdate', 'typing']) {
      expect((await bot.deliver({ ...bot.typed(operator, 'hosts'), type })).status).toBe(200);
    }
    expect(taken).toEqual([]);
    expect(platform.posted).toEqual([]);
  });

  test('bots are not listened to, least of all ourselves', async () => {
    const typed = bot.typed(operator, 'hosts');
    await bot.deliver({ ...typed, from: { ...typed.from, id: '28:another-bot' } });
    await bot.deliver({ ...typed, from: { ...typed.from, role: 'bot' } });
    expect(taken).toEqual([]);
    expect(platform.posted).toEqual([]);
  });

  test.each([
    ['somebody of another tenant', foreigner, 'Only members of the organisation', 'other_tenant'],
    ['a guest', guest, 'Guests may not use it', 'guest'],
    ['somebody without an Entra account', nobody, 'Teams did not say which account', 'no_identity'],
    ['somebody who is not in the roster', { ...operator, id: '29:stranger' }, 'Teams did not confirm', 'unverified'],
  ])('%s is refused, told why, noted, and nothing is handed over', async (_what, who, sentence, why) => {
    await bot.deliver(bot.typed(who, 'poweroff all'));
    expect(taken).toEqual([]);
    expect(JSON.stringify(platform.posted[0]?.card)).toContain(sentence);
    const { body } = await press(who);
    expect(body).toMatchObject({ type: note, value: expect.stringContaining(sentence) });
    expect(taken).toEqual([]);
    const user = who.aadObjectId ?? who.id;
    expect(turnedAway).toMatchObject([
      { platform: 'teams', who: expect.stringContaining(user), why, what: { kind: 'command', text: 'poweroff all' } },
      { platform: 'teams', why, what: { kind: 'action', id: 'act_1' } },
    ]);
  });

  test('when the roster does not answer nobody is let through', async () => {
    platform.stopRoster();
    await bot.deliver(bot.typed(operator, 'poweroff all'));
    expect(taken).toEqual([]);
    expect(JSON.stringify(platform.posted[0]?.card)).toContain('Teams did not confirm');
  });

  test('when the core fails on a press the presser is told, without its internals', async () => {
    hand = () => Promise.reject(new Error('password of the database'));
    const { body } = await press(operator);
    expect(body.value).toContain('nothing was done');
    expect(body.value).not.toContain('database');
  });

  test('a card starts a thread in a channel, an answer hangs below what was written', async () => {
    const typed = bot.typed(operator, 'hosts');
    await bot.deliver(typed);
    const [invocation] = taken;
    if (invocation === undefined) throw new Error('nothing arrived');
    const address = await bot.adapter.post(invocation.conversation, { tone: 'good', title: 'Card' });
    await invocation.respond({ tone: 'good', title: 'Answer' });
    await bot.adapter.post(invocation.conversation, { tone: 'good', title: 'Detail' }, address);
    expect(platform.posted.map(({ summary, thread }) => [summary, thread])).toEqual([
      ['Card', null],
      ['Answer', typed.id],
      ['Detail', platform.posted[0]?.id],
    ]);
    expect(invocation.conversation).toMatchObject({ channel: platform.channel, direct: false, tenant });
  });

  test('a channel that only the configuration names is posted to though nobody has spoken there', async () => {
    const own = await createTeamsBot(platform, { serviceUrl: platform.serviceUrl });
    try {
      const place = { ...conversationOf(`teams:${tenant}/${platform.channel}`), name: 'it-ops' };
      const address = await own.adapter.post(place, { tone: 'good', title: 'Digest' });
      await own.adapter.post(place, { tone: 'good', title: 'Detail' }, address);
      await own.adapter.update(address, { tone: 'good', title: 'Digest, corrected' });
    } finally {
      await own.close();
    }
    const root = platform.posted[0]?.id;
    const conversationId = `${platform.channel};messageid=${root}`;
    expect(platform.posted).toMatchObject([
      { summary: 'Digest, corrected', thread: null, conversationId },
      { summary: 'Detail', thread: root, conversationId },
    ]);
  });

  test('in a chat there are no threads: all goes into the chat', async () => {
    await bot.deliver(bot.typed(operator, 'hosts', 'chat'));
    const [invocation] = taken;
    if (invocation === undefined) throw new Error('nothing arrived');
    const address = await bot.adapter.post(invocation.conversation, { tone: 'good', title: 'Card' });
    await bot.adapter.post(invocation.conversation, { tone: 'good', title: 'Detail' }, address);
    await invocation.respond({ tone: 'good', title: 'Answer' });
    expect(platform.posted.map(({ conversationId, thread }) => [conversationId, thread])).toEqual(
      Array.from({ length: 3 }, () => [platform.chatOf(operator), null]),
    );
    expect(invocation.conversation.direct).toBe(true);
  });

  test('a redirect is not followed, not even to the same host', async () => {
    let reached = 0;
    const serviceUrl = await listen((_request, response) => {
      reached++;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const reference = {
      ...{ channelId: 'msteams', serviceUrl, tenantId: tenant },
      ...{ conversationId: 'a:1', activityId: '', botId: '28:x' },
    };
    await expect(
      bot.adapter.post(
        { platform: 'teams', tenant, channel: 'a:1', direct: true, reference },
        { tone: 'good', title: 'x' },
      ),
    ).rejects.toMatchObject({ code: 'rejected' });
    expect(reached).toBe(1);
    expect(platform.posted).toEqual([]);
  });

  test('before start and after stop nothing is taken', async () => {
    await bot.adapter.stop();
    expect((await bot.deliver(bot.typed(operator, 'hosts'))).status).toBe(503);
    const idle = await createTeamsBot(platform);
    expect((await idle.deliver(idle.typed(operator, 'hosts'))).status).toBe(503);
    await idle.close();
    expect(taken).toEqual([]);
  });

  test('stop waits for what is under way', async () => {
    const core = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    hand = async ({ respond }) => {
      arrived.resolve();
      await core.promise;
      await respond({ tone: 'good', title: 'Just in time' });
    };
    const delivery = bot.deliver(bot.typed(operator, 'hosts'));
    await arrived.promise;
    const stopped = bot.adapter.stop();
    core.resolve();
    await stopped;
    expect(platform.posted.map(({ summary }) => summary)).toEqual(['Just in time']);
    expect((await delivery).status).toBe(200);
  });

  test.each([
    ['no JSON', '{', 'application/json', 400],
    ['no object', '"x"', 'application/json', 400],
    ['not an activity', '{"type":"message"}', 'application/json', 400],
    ['not said to be JSON', '{}', 'text/plain', 400],
    ['far too large', JSON.stringify({ text: 'x'.repeat(300_000) }), 'application/json', 413],
  ])('a body that is %s is refused without a word', async (_what, body, type, status) => {
    const response = await fetch(bot.endpoint, { method: 'POST', headers: { 'content-type': type }, body });
    expect([response.status, await response.text()]).toEqual([status, '']);
  });

  test('only this route reads bodies: a signature elsewhere still has its raw body', async () => {
    const http = express();
    createTeamsAdapter({ ...settings(), http });
    http.post('/slack/events', (request, response) => void response.json({ parsed: request.body !== undefined }));
    const response = await fetch(`${await listen(http)}slack/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(await response.json()).toEqual({ parsed: false });
  });
});

function settings(): TeamsOptions {
  return {
    appId: '99999999-8888-4777-8666-555555555555',
    appPassword: 'x',
    tenantIds: [tenant],
    http: express(),
    logger: createMemoryLogger().logger,
  };
}

describe('the settings', () => {
  test.each([
    ['no app id', { appId: '' }, 'ERR_TEAMS_NO_APP_ID'],
    ['an app id that is none', { appId: 'oob' }, 'ERR_TEAMS_NO_APP_ID'],
    ['no tenant', { tenantIds: [] }, 'ERR_TEAMS_NO_TENANT'],
    ['a tenant that is none', { tenantIds: ['common'] }, 'ERR_TEAMS_NO_TENANT'],
    ['no secret', { appPassword: '' }, 'ERR_TEAMS_NO_PASSWORD'],
    [
      'the flag, but half an app id',
      { appId: 'x', development: { allowUnauthenticated: true } },
      'ERR_TEAMS_NO_APP_ID',
    ],
  ] as const)('%s: it is not made', (_what, change, code) => {
    expect(() => createTeamsAdapter({ ...settings(), ...change })).toThrow(expect.objectContaining({ code }));
  });

  test('an app id switches authentication on, whatever the development flag says', async () => {
    const platform = await createTeamsPlatform();
    const bot = await createTeamsBot(platform, { ...settings(), development: { allowUnauthenticated: true } });
    await bot.adapter.start(() => Promise.reject(new Error('never')));
    expect((await bot.deliver(bot.typed(operator, 'hosts'))).status).toBe(401);
    await bot.close();
    await platform.close();
  });

  test('a managed identity needs no secret', () => {
    expect(createTeamsAdapter({ ...settings(), appPassword: '', appType: 'UserAssignedMSI' }).platform).toBe('teams');
  });

  test('working without authentication is said aloud at start', async () => {
    const platform = await createTeamsPlatform();
    const bot = await createTeamsBot(platform);
    await bot.adapter.start(async () => {});
    expect(bot.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    await bot.close();
    await platform.close();
  });
});
