import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChatAdapter, OnInvocation } from '../../src/ports/chat.ts';
import { createInbox } from '../contract/inbox.ts';
import { mention, slashCommand } from './payloads.ts';
import { createSlackHarness, type Forgery } from './slack-harness.ts';

const now = (): number => Math.floor(Date.now() / 1000);

describe('signed requests from Slack', () => {
  const slack = createSlackHarness('http');
  const inbox = createInbox();
  let adapter: ChatAdapter;
  let onInvocation: OnInvocation = inbox.onInvocation;

  beforeAll(async () => {
    adapter = await slack.start((invocation) => onInvocation(invocation));
  });
  afterAll(() => slack.stop());

  const command = (text: string) =>
    slashCommand(slack.scene(slack.people.operator), text, slack.platform().responseUrl());

  const nothingArrived = async (): Promise<void> => {
    await slack.sendCommand('the next one', slack.people.operator);
    expect((await inbox.next()).what).toEqual({ kind: 'command', text: 'the next one' });
  };

  const forgeries: [string, () => Forgery, number][] = [
    ['without a signature', () => ({ unsigned: true }), 401],
    ['signed with another secret', () => ({ secret: 'guessed' }), 401],
    ['six minutes old', () => ({ at: now() - 360 }), 401],
    ['six minutes in the future', () => ({ at: now() + 360 }), 401],
    ['with a signature of zeros', () => ({ headers: { 'x-slack-signature': `v0=${'0'.repeat(64)}` } }), 401],
    ['with half a signature', () => ({ headers: { 'x-slack-signature': 'v0' } }), 401],
    ['whose timestamp is no number', () => ({ headers: { 'x-slack-request-timestamp': 'now' } }), 401],
    [
      'whose timestamp was changed after signing',
      () => ({ headers: { 'x-slack-request-timestamp': `${now() - 1}` } }),
      401,
    ],
  ];
  test.each(forgeries)('a request %s changes nothing', async (_name, forgery, status) => {
    expect(await slack.deliver('slash_commands', command('poweroff all'), forgery())).toBe(status);
    expect(await slack.deliver('interactive', { type: 'block_actions' }, forgery())).toBe(status);
    await nothingArrived();
  });

  test('a request four minutes old is still taken', async () => {
    expect(await slack.deliver('slash_commands', command('status host4'), { at: now() - 240 })).toBe(200);
    expect((await inbox.next()).what).toEqual({ kind: 'command', text: 'status host4' });
  });

  test('a recorded request sent again has the same key, so that the core drops it', async () => {
    const recorded = command('poweroff host5');
    const at = now();
    await slack.deliver('slash_commands', recorded, { at });
    await slack.deliver('slash_commands', recorded, { at });
    const [first, second] = [await inbox.next(), await inbox.next()];
    expect(second.key).toBe(first.key);
  });

  test('an event delivered again by X-Slack-Retry-Num has the same key, for Bolt does not drop it', async () => {
    const event = mention(slack.scene(slack.people.operator), `<@${slack.platform().botUserId}> status host6`);
    await slack.deliver('events_api', event);
    await slack.deliver('events_api', event, {
      headers: { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' },
    });
    const [first, second] = [await inbox.next(), await inbox.next()];
    expect(second.key).toBe(first.key);
  });

  test('Slack is answered before the core is done, for it waits three seconds only', async () => {
    let release = (): void => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen: string[] = [];
    onInvocation = async ({ key }) => {
      seen.push(key);
      await slow;
    };
    for (const way of ['command', 'mention', 'direct'] as const) {
      await slack.sendCommand('status host7', slack.people.operator, { way });
    }
    await slack.click('act_slow', '1.1', slack.people.operator);
    expect(seen).toHaveLength(4);
    onInvocation = inbox.onInvocation;
    release();
  });

  test('what no listener takes is answered at once: Bolt would hold it for three seconds and say 404', async () => {
    const { team, user, channel } = slack.scene(slack.people.operator);
    const unknown = [
      { type: 'view_submission', team: { id: team }, user: { id: user }, view: { id: 'V1', type: 'modal' } },
      { type: 'shortcut', callback_id: 'x', team: { id: team }, user: { id: user }, trigger_id: '1.1' },
      { type: 'block_actions', team: { id: team }, user: { id: user }, channel: { id: channel }, actions: [] },
    ];
    for (const payload of unknown) expect(await slack.deliver('interactive', payload)).toBe(200);
    expect(await slack.deliver('slash_commands', { command: '/oob', team_id: team, user_id: user })).toBe(200);
    const joined = { type: 'event_callback', team_id: team, event_id: 'Ev1', event: { type: 'team_join', user } };
    expect(await slack.deliver('events_api', joined)).toBe(200);
    await nothingArrived();
  });

  test('a body larger than any of Slack is not read to its end', async () => {
    expect(await slack.deliver('slash_commands', command('x'.repeat(300_000)))).toBe(413);
    await nothingArrived();
  });

  test('Slack can verify the address', async () => {
    expect(await slack.deliver('events_api', { type: 'url_verification', challenge: 'abc', token: 'x' })).toBe(200);
  });

  test('while stopped it answers 503, so that Slack delivers events again later', async () => {
    await adapter.stop();
    expect(await slack.deliver('slash_commands', command('status host8'))).toBe(503);
    await adapter.start(inbox.onInvocation);
    await nothingArrived();
  });
});
