import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createTeamsAdapter, type TeamsOptions } from '../../adapters/teams/index.ts';
import type { LogFields, Logger } from '../../src/ports/logger.ts';
import type { TeamsPerson, TeamsPlatform } from './teams-platform.ts';

/** The tenant that everybody in these tests belongs to, unless said otherwise. */
export const tenant = '11111111-2222-4333-8444-555555555555';

const botId = '28:99999999-8888-4777-8666-555555555555';

/** Two members of the team. */
export const operator: TeamsPerson = {
  id: '29:operator',
  name: 'Olga Operator',
  tenant,
  aadObjectId: 'aaaaaaaa-0000-4000-8000-000000000001',
  role: 'user',
};
export const approver: TeamsPerson = {
  id: '29:approver',
  name: 'Anton Approver',
  tenant,
  aadObjectId: 'aaaaaaaa-0000-4000-8000-000000000002',
  role: 'user',
};

/** A logger that keeps its lines. */
export function createMemoryLogger() {
  const lines: { level: string; fields: LogFields; message: string }[] = [];
  const at = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, fields, message });
  const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { logger, lines };
}

/** The adapter on a server of its own, by default without authentication, and what Teams sends to it. */
export async function createTeamsBot(platform: TeamsPlatform, options: Partial<TeamsOptions> = {}) {
  const http = express();
  const { logger, lines } = createMemoryLogger();
  const adapter = createTeamsAdapter({
    appId: '',
    appPassword: '',
    tenantIds: [tenant],
    development: { allowUnauthenticated: true },
    noteWaitMs: 20,
    logger,
    ...options,
    http,
  });
  const server = await new Promise<Server>((resolve) => {
    const made: Server = http.listen(0, '127.0.0.1', () => resolve(made));
  });
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}/api/messages`;

  const deliver = (activity: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body: JSON.stringify(activity),
    });

  /** What is the same in all that a person does. */
  const common = (who: TeamsPerson, conversationId: string) => ({
    channelId: 'msteams',
    serviceUrl: platform.serviceUrl,
    timestamp: new Date(Number(platform.newId())).toISOString(),
    from: { id: who.id, name: who.name, ...(who.aadObjectId === null ? {} : { aadObjectId: who.aadObjectId }) },
    recipient: { id: botId, name: 'oob' },
    conversation: {
      id: conversationId,
      tenantId: who.tenant,
      conversationType: conversationId.startsWith('a:') ? 'personal' : 'channel',
      ...(conversationId.startsWith('a:') ? {} : { isGroup: true }),
    },
    channelData: {
      tenant: { id: who.tenant },
      ...(conversationId.startsWith('a:') ? {} : { channel: { id: platform.channel } }),
    },
    locale: 'en-GB',
  });

  return {
    adapter,
    endpoint,
    lines,
    deliver,
    /** A message as Teams makes it. In the channel it starts a thread, and mentions the bot. */
    typed(who: TeamsPerson, text: string, where: 'channel' | 'chat' = 'channel') {
      const at = where === 'chat' ? { id: platform.newId(), conversationId: platform.chatOf(who) } : platform.newPost();
      const mention = '<at>oob</at>';
      return {
        ...common(who, at.conversationId),
        type: 'message',
        id: at.id,
        textFormat: 'plain',
        text: where === 'chat' ? text : `${mention}&nbsp;${text}\n`,
        entities: [
          ...(where === 'chat' ? [] : [{ type: 'mention', text: mention, mentioned: { id: botId, name: 'oob' } }]),
          { type: 'clientInfo', locale: 'en-GB', platform: 'Windows' },
        ],
        attachments: [{ contentType: 'text/html', content: '<div></div>' }],
      };
    },
    /** A press on an Action.Execute as Teams makes it. */
    pressed(who: TeamsPerson, actionId: string, messageId: string, conversationId: string) {
      return {
        ...common(who, conversationId),
        type: 'invoke',
        name: 'adaptiveCard/action',
        id: `f:${platform.newId()}`,
        replyToId: messageId,
        value: {
          action: { type: 'Action.Execute', title: 'x', verb: 'oob', data: { id: actionId } },
          trigger: 'manual',
        },
      };
    },
    async close(): Promise<void> {
      await adapter.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What `createTeamsBot` makes. */
export type TeamsBot = Awaited<ReturnType<typeof createTeamsBot>>;
