import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import express from 'express';
import { createSlackAdapter } from '../../adapters/slack/index.ts';
import type { Account, ChatAdapter, OnInvocation } from '../../src/ports/chat.ts';
import type { LogFields, Logger } from '../../src/ports/logger.ts';
import type { ChatHarness, ShownMessage } from '../contract/chat-contract.ts';
import { buttonPress, directMessage, mention, type Scene, slashCommand } from './payloads.ts';
import { createSlackPlatform, type SlackPlatform } from './slack-platform.ts';

/** What a request may get wrong. */
export interface Forgery {
  readonly secret?: string;
  readonly unsigned?: boolean;
  /** Unix time in the timestamp. */
  readonly at?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The kinds of envelope in which Slack delivers. */
type Kind = 'slash_commands' | 'events_api' | 'interactive';

/** An adapter in front of the emulated Slack, over HTTP or over Socket Mode. */
export interface SlackHarness extends ChatHarness {
  readonly platform: () => SlackPlatform;
  /** What the adapter logged, as JSON lines. */
  readonly log: readonly string[];
  /** Delivers as Slack does; resolves with the HTTP status (200 over Socket Mode once it is acknowledged). */
  deliver(kind: Kind, payload: unknown, forgery?: Forgery): Promise<number>;
  scene(who: Account): Scene;
}

/** A harness for the contract and for the tests of Slack's own traps. */
export function createSlackHarness(mode: 'http' | 'socket'): SlackHarness {
  let slack: SlackPlatform | null = null;
  let server: Server | null = null;
  let adapter: ChatAdapter | null = null;
  let eventsUrl = '';
  const log: string[] = [];
  const people = { operator: account(''), approver: account('') };

  const platform = (): SlackPlatform => {
    if (slack === null) throw new Error('not started');
    return slack;
  };

  const scene = (who: Account): Scene => ({ team: who.tenant, user: who.user, channel: platform().channel });

  const deliver: SlackHarness['deliver'] = async (kind, payload, forgery = {}) => {
    if (mode === 'socket') {
      await platform().sendEnvelope(kind, payload);
      return 200;
    }
    const form = kind !== 'events_api';
    const fields = kind === 'interactive' ? { payload: JSON.stringify(payload) } : Object(payload);
    const body = form ? new URLSearchParams(fields).toString() : JSON.stringify(payload);
    const timestamp = forgery.at ?? Math.floor(Date.now() / 1000);
    const hash = createHmac('sha256', forgery.secret ?? platform().signingSecret)
      .update(`v0:${timestamp}:${body}`)
      .digest('hex');
    const response = await fetch(eventsUrl, {
      method: 'POST',
      headers: {
        'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
        ...(forgery.unsigned === true
          ? {}
          : { 'x-slack-signature': `v0=${hash}`, 'x-slack-request-timestamp': String(timestamp) }),
        ...forgery.headers,
      },
      body,
      signal: AbortSignal.timeout(5000),
    });
    await response.body?.cancel();
    return response.status;
  };

  const mustAcknowledge = async (kind: Kind, payload: unknown, times: number): Promise<void> => {
    for (let time = 0; time < times; time++) {
      const headers = time === 0 ? {} : { 'x-slack-retry-num': String(time), 'x-slack-retry-reason': 'http_timeout' };
      const status = await deliver(kind, payload, { headers });
      if (status !== 200) throw new Error(`Slack was answered ${status}`);
    }
  };

  return {
    people,
    ways: ['command', 'mention', 'direct'],
    faults: [
      'rate_limited',
      'rate_limited_untimed',
      'server_error',
      'connection_reset',
      'message_gone',
      'channel_gone',
    ],
    privateAnswers: true,
    platform,
    log,
    deliver,
    scene,
    start: async (onInvocation: OnInvocation) => {
      slack = await createSlackPlatform();
      Object.assign(people, {
        operator: account(slack.operator, slack.team),
        approver: account(slack.approver, slack.team),
      });
      const http = express();
      // As on the real server, another platform's route parses JSON for itself.
      http.post('/api/messages', express.json(), (_request, response) => void response.status(200).end());
      if (mode === 'http') {
        const listening = createServer(http);
        server = listening;
        await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
        const address = listening.address();
        if (address === null || typeof address === 'string') throw new Error('no port');
        eventsUrl = `http://127.0.0.1:${address.port}/slack/events`;
      }
      adapter = createSlackAdapter({
        ...(mode === 'http' ? { mode, signingSecret: slack.signingSecret, http } : { mode, appToken: slack.appToken }),
        botToken: slack.botToken,
        teamIds: [slack.team],
        slackApiUrl: slack.apiUrl,
        logger: recordingLogger(log),
      });
      await adapter.start(onInvocation);
      return adapter;
    },
    stop: async () => {
      await adapter?.stop();
      server?.closeAllConnections();
      await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
      await slack?.stop();
    },
    sendCommand: async (text, who, { way = 'command', times = 1 } = {}) => {
      const { responseUrl, botUserId } = platform();
      if (way === 'command')
        return mustAcknowledge('slash_commands', slashCommand(scene(who), text, responseUrl()), times);
      // Slack makes links of what looks like a host name.
      const marked = text.replace(/[\w-]+\.[\w.-]+\w/g, (host) => `<http://${host}|${host}>`);
      if (way === 'mention')
        return mustAcknowledge('events_api', mention(scene(who), `<@${botUserId}> ${marked}`), times);
      return mustAcknowledge('events_api', directMessage({ ...scene(who), channel: 'D000000001' }, marked), times);
    },
    click: (actionId, messageId, who, { times = 1 } = {}) =>
      mustAcknowledge('interactive', buttonPress(scene(who), messageId, actionId, platform().responseUrl()), times),
    messages: (): Promise<readonly ShownMessage[]> => platform().messages(),
    failNext: (fault) => platform().failNext(fault),
  };
}

function account(user: string, tenant = ''): Account {
  return { platform: 'slack', tenant, user };
}

function recordingLogger(lines: string[]): Logger {
  const write =
    (level: string) =>
    (fields: LogFields, message: string): void => {
      const plain = Object.entries(fields).map(([key, value]) => [
        key,
        value instanceof Error ? `${value.stack} ${value.cause}` : value,
      ]);
      lines.push(JSON.stringify({ level, message, ...Object.fromEntries(plain) }));
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
