import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSlackAdapter } from '../../adapters/slack/index.ts';
import type { ChatAdapter } from '../../src/ports/chat.ts';
import { plain } from '../contract/chat-views.ts';
import { createInbox } from '../contract/inbox.ts';
import { slashCommand } from './payloads.ts';
import { createSlackHarness } from './slack-harness.ts';

describe('Socket Mode', () => {
  const slack = createSlackHarness('socket');
  const inbox = createInbox();
  let adapter: ChatAdapter;

  beforeAll(async () => {
    adapter = await slack.start(inbox.onInvocation);
  });
  afterAll(() => slack.stop());

  const arrives = async (text: string): Promise<void> => {
    await slack.sendCommand(text, slack.people.operator);
    expect((await inbox.next()).what).toEqual({ kind: 'command', text });
  };

  const openCalls = (): number =>
    slack.platform().calls.filter(({ method }) => method === 'apps.connections.open').length;

  test.each(['politely', 'rudely'] as const)('connects again when Slack closes the connection %s', async (how) => {
    const again = slack.platform().nextConnection();
    slack.platform().disconnect(how);
    await again;
    await arrives(`status after-${how}`);
  });

  test('keeps trying when Slack is away at that moment; the library would give up with an unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const before = openCalls();
    slack.platform().failNext('connection_reset', /^apps\.connections\.open$/);
    const again = slack.platform().nextConnection();
    slack.platform().disconnect('politely');
    await again;
    await arrives('status after-the-outage');
    expect(openCalls()).toBe(before + 2);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  test('a command that comes again over a new connection has the same key', async () => {
    const { scene, platform, people } = slack;
    const payload = slashCommand(scene(people.operator), 'status host2', platform().responseUrl());
    await slack.deliver('slash_commands', payload);
    const again = platform().nextConnection();
    platform().disconnect('rudely');
    await again;
    await slack.deliver('slash_commands', payload);
    const [first, second] = [await inbox.next(), await inbox.next()];
    expect(second.key).toBe(first.key);
  });

  test('an app token that Slack does not know stops the start', async () => {
    const { apiUrl, botToken, team } = slack.platform();
    const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const other = createSlackAdapter({
      mode: 'socket',
      botToken,
      appToken: 'xapp-wrong',
      teamIds: [team],
      slackApiUrl: apiUrl,
      logger,
    });
    await expect(other.start(inbox.onInvocation)).rejects.toMatchObject({ code: 'token_revoked' });
    await other.stop();
  });

  test('stop ends the connection for good, after what was begun', async () => {
    await slack.sendCommand('hosts', slack.people.operator);
    const { conversation } = await inbox.next();
    let posted = false;
    const posting = adapter.post(conversation, plain('The last words')).then(() => {
      posted = true;
    });
    const before = openCalls();
    const closed = slack.platform().allClosed();
    await adapter.stop();
    expect(posted).toBe(true);
    await posting;
    await closed;
    expect(openCalls()).toBe(before);
    await adapter.start(inbox.onInvocation);
    await arrives('status after-a-pause');
  });

  test('stop also ends the wait before the next attempt', async () => {
    slack.platform().failNext('connection_reset', /^apps\.connections\.open$/);
    const attempt = slack.platform().nextCall('apps.connections.open');
    slack.platform().disconnect('rudely');
    await attempt;
    const before = openCalls();
    await adapter.stop();
    await slack.platform().allClosed();
    expect(openCalls()).toBe(before);
  });

  test('no token and no address that answers for somebody was logged', () => {
    expect(slack.log.length).toBeGreaterThan(0);
    expect(slack.log.join('\n')).not.toMatch(/xoxb-|xapp-|secret-ticket|\/response\/|test-signing-secret/);
  });
});
