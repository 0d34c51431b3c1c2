import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callTimeoutMs, webClientOptions } from '../../adapters/slack/web-client.ts';
import type { View } from '../../src/messages/view.ts';
import type { ChatAdapter, Conversation, Invocation } from '../../src/ports/chat.ts';
import type { ShownMessage } from '../contract/chat-contract.ts';
import { everything, huge, plain } from '../contract/chat-views.ts';
import { createInbox } from '../contract/inbox.ts';
import { buttonPress, directMessage, mention, slashCommand } from './payloads.ts';
import { createSlackHarness } from './slack-harness.ts';

describe('what goes out to Slack', () => {
  const slack = createSlackHarness('http');
  const inbox = createInbox();
  let adapter: ChatAdapter;
  let conversation: Conversation;

  beforeAll(async () => {
    adapter = await slack.start(inbox.onInvocation);
    await slack.sendCommand('hosts', slack.people.operator);
    conversation = (await inbox.next()).conversation;
  });
  afterAll(() => slack.stop());

  const callsDuring = async (work: () => Promise<unknown>): Promise<string[]> => {
    const before = slack.platform().calls.length;
    await work();
    return slack
      .platform()
      .calls.slice(before)
      .map(({ method }) => method);
  };
  const shown = async (words: string): Promise<ShownMessage | undefined> =>
    (await slack.messages()).find(({ text }) => text.includes(words));
  const arrived = async (
    kind: 'slash_commands' | 'events_api' | 'interactive',
    payload: unknown,
  ): Promise<Invocation> => {
    await slack.deliver(kind, payload);
    return inbox.next();
  };

  test('a lost answer, an error or a rate limit is one call: the library would repeat posts and so double them', async () => {
    for (const fault of ['server_error', 'connection_reset', 'rate_limited', 'rate_limited_untimed'] as const) {
      slack.failNext(fault);
      const calls = await callsDuring(() => adapter.post(conversation, plain(`Once ${fault}`)).catch(() => {}));
      expect(calls).toEqual(['chat.postMessage']);
    }
  });

  test('a picture whose upload Slack does not know yet is shown once it does, and the message is posted once', async () => {
    const { picture } = everything;
    if (picture === undefined) throw new Error('no picture to show');
    slack.platform().delayFiles(2);
    await adapter.post(conversation, { ...plain('Late picture'), picture });
    const all = (await slack.messages()).filter(({ text }) => text.includes('Late picture'));
    expect(all.map(({ pictures }) => pictures)).toEqual([[{ alt: picture.alt, base64: picture.base64 }]]);
  });

  test('a picture that Slack never takes into the message goes into its thread, and the message says what it shows', async () => {
    const { picture } = everything;
    if (picture === undefined) throw new Error('no picture to show');
    slack.platform().delayFiles(99);
    await adapter.post(conversation, { ...plain('Refused picture'), picture: { ...picture, alt: 'Half of them' } });
    slack.platform().delayFiles(1);
    const all = (await slack.messages()).filter(({ text }) => text.includes('Refused picture'));
    expect(all).toMatchObject([{ pictures: [], files: [{ name: 'wake-ups.png' }] }]);
    expect(all[0]?.text).toContain('Half of them');
  });

  test('a picture that cannot be uploaded costs the message nothing but itself', async () => {
    const { picture } = everything;
    if (picture === undefined) throw new Error('no picture to show');
    slack.platform().failNext('server_error', /^files\.getUploadURLExternal$/);
    await adapter.post(conversation, { ...plain('No upload'), picture: { ...picture, alt: 'Shown in words' } });
    expect((await shown('No upload'))?.text).toContain('Shown in words');
  });

  test('a rate limit holds back nothing else: the library would pause every call for as long as Slack said', async () => {
    slack.failNext('rate_limited');
    const limited = adapter.post(conversation, plain('Limited'));
    const other = adapter.post(conversation, plain('Not held back'));
    const outcomes = await Promise.allSettled([limited, other]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('calls have an end: the library would wait forever', () => {
    const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const options = webClientOptions({ slackApiUrl: undefined, logger });
    expect(options).toMatchObject({
      timeout: callTimeoutMs,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });
    expect(callTimeoutMs).toBeGreaterThan(0);
  });

  test('Slack is told not to look for names and links, which chat.update does unless told', async () => {
    const address = await adapter.post(conversation, plain('Literal @everyone http://evil.example'));
    await adapter.update(address, plain('Literal still @everyone http://evil.example'));
    const [posted, updated] = slack.platform().calls.slice(-2);
    expect(posted).toMatchObject({
      method: 'chat.postMessage',
      params: { parse: 'none', link_names: 'false', unfurl_links: 'false', unfurl_media: 'false' },
    });
    expect(updated).toMatchObject({ method: 'chat.update', params: { parse: 'none', link_names: 'false' } });
  });

  test('the undocumented limit on all blocks together: refused once, sent at half the size', async () => {
    slack.platform().limitBlocks(7000);
    try {
      await adapter.post(conversation, huge);
    } finally {
      slack.platform().limitBlocks(undefined);
    }
    expect(
      slack
        .platform()
        .calls.slice(-2)
        .map(({ method }) => method),
    ).toEqual(['chat.postMessage', 'chat.postMessage']);
    expect((await slack.messages()).filter(({ text }) => text.includes('Very long'))).toHaveLength(1);
  });

  const withFile = (title: string): View => ({
    ...plain(title),
    attachment: { name: 'failed.csv', mediaType: 'text/csv', content: 'name\nhost17\n' },
  });

  test('a file that cannot be uploaded leaves its message standing', async () => {
    slack.platform().failNext('server_error', /^files\./);
    await adapter.post(conversation, withFile('Keeps standing'));
    expect(await shown('Keeps standing')).toMatchObject({ files: [] });
    expect(slack.log.join('\n')).toContain('could not be uploaded');
  });

  test('an edit repeated by the core uploads its file once, a new one again', async () => {
    const address = await adapter.post(conversation, plain('Running'));
    await adapter.update(address, withFile('Ended'));
    await adapter.update(address, withFile('Ended'));
    expect((await shown('Ended'))?.files).toHaveLength(1);
    await adapter.update(address, {
      ...withFile('Ended'),
      attachment: { name: 'all.csv', mediaType: 'text/csv', content: 'x' },
    });
    expect((await shown('Ended'))?.files.map(({ name }) => name)).toEqual(['failed.csv', 'all.csv']);
  });

  test('a file for one person goes to the direct messages, never to the channel', async () => {
    const { scene, people, platform } = slack;
    const invocation = await arrived(
      'slash_commands',
      slashCommand(scene(people.operator), 'hosts', platform().responseUrl()),
    );
    await invocation.respond(withFile('Only for you'));
    const seen = (await slack.messages()).filter(({ text }) => text.includes('Only for you'));
    expect(seen.every((message) => message.private)).toBe(true);
    expect(seen.flatMap(({ files }) => files)).toEqual([{ name: 'failed.csv', content: 'name\nhost17\n' }]);
  });

  test('a response_url takes five answers: the sixth goes by another way, as private', async () => {
    const { scene, people, platform } = slack;
    const invocation = await arrived(
      'slash_commands',
      slashCommand(scene(people.operator), 'hosts', platform().responseUrl()),
    );
    const calls = await callsDuring(async () => {
      for (let at = 1; at <= 6; at++) await invocation.respond(plain(`Answer ${at} of six`));
    });
    expect(calls).toEqual(['chat.postEphemeral']);
    for (let at = 1; at <= 6; at++) expect(await shown(`Answer ${at} of six`)).toMatchObject({ private: true });
  });

  test('an expired response_url in a channel that we are not in: the answer comes as a direct message', async () => {
    const { scene, people, platform } = slack;
    const elsewhere = { ...scene(people.operator), channel: 'C0NOTOURS' };
    const invocation = await arrived('slash_commands', slashCommand(elsewhere, 'hosts', platform().expiredResponseUrl));
    await invocation.respond(plain('Found you after all'));
    expect(await shown('Found you after all')).toMatchObject({ private: true });
  });

  test('a rate limit on a response_url is told as such and doubles nothing', async () => {
    const { scene, people, platform } = slack;
    const invocation = await arrived(
      'slash_commands',
      slashCommand(scene(people.operator), 'hosts', platform().responseUrl()),
    );
    platform().failNext('rate_limited', /^response_url$/);
    await expect(invocation.respond(plain('Too fast'))).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 3000,
    });
    platform().failNext('server_error', /^response_url$/);
    await expect(invocation.respond(plain('Too fast'))).rejects.toMatchObject({ code: 'platform_down' });
    expect(await shown('Too fast')).toBeUndefined();
  });

  test('an answer to a mention in a thread, where slash commands do not work, shows in that thread', async () => {
    const { scene, people, platform } = slack;
    await adapter.post(conversation, plain('Thread with a question'));
    const top = await shown('Thread with a question');
    const asked = mention(scene(people.operator), `<@${platform().botUserId}> why host1`, { thread_ts: top?.id });
    await (await arrived('events_api', asked)).respond(plain('In the thread'));
    expect(await shown('In the thread')).toMatchObject({ private: true, thread: top?.id });
  });

  test('the answer to a button in a thread shows in that thread', async () => {
    const { scene, people, platform } = slack;
    const press = buttonPress(scene(people.operator), '7.7', 'act_in_thread', platform().responseUrl(), {
      container: { type: 'message', message_ts: '7.7', channel_id: platform().channel, thread_ts: '7.1' },
    });
    const invocation = await arrived('interactive', press);
    await invocation.respond(plain('Answered below'));
    expect(await shown('Answered below')).toMatchObject({ private: true, thread: '7.1' });
  });

  test('a slash command among direct messages with a colleague is answered in our own, where we can post', async () => {
    const { scene, people, platform } = slack;
    const withColleague = { ...scene(people.operator), channel: 'D0COLLEAG' };
    const payload = slashCommand(withColleague, 'poweron host1', platform().responseUrl(), 'directmessage');
    const invocation = await arrived('slash_commands', payload);
    expect(invocation.conversation).toMatchObject({ direct: true });
    await adapter.post(invocation.conversation, plain('Posted to our own'));
    expect(await shown('Posted to our own')).toMatchObject({ private: true });
  });

  test('a direct message is answered plainly, in its thread when it has one', async () => {
    const { scene, people } = slack;
    await adapter.post(
      { ...conversation, reference: { channel: people.operator.user } },
      plain('Opens the direct messages'),
    );
    const channel = slack.platform().directChannel();
    const invocation = await arrived('events_api', directMessage({ ...scene(people.operator), channel }, 'hosts'));
    await invocation.respond(plain('Said directly'));
    expect(await shown('Said directly')).toMatchObject({ private: true, thread: null });
  });

  test('no token and no address that answers for somebody was logged', () => {
    expect(slack.log.join('\n')).not.toMatch(/xoxb-|xapp-|secret-ticket|\/response\/|test-signing-secret/);
  });
});
