import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from '../contract/chat-contract.ts';
import { cardComplaints, seeCard } from './card-look.ts';

/** A person in the team. */
export interface TeamsPerson {
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  readonly aadObjectId: string | null;
  /** As the roster tells it: `user`, `guest`. */
  readonly role: string;
}

/** One call that the bot made. */
interface ConnectorCall {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
}

/** A message that the bot posted, as it is now. */
export interface PostedMessage {
  readonly id: string;
  readonly conversationId: string;
  /** The message it answers, in a channel. */
  readonly thread: string | null;
  readonly summary: string;
  readonly card: Readonly<Record<string, unknown>>;
  readonly pings: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Longest message that the Bot Connector takes, here in bytes; connectors and Workflows stop at 28 KB. Pictures inside it are not
 * counted (Microsoft Teams documentation, "Format your bot messages").
 */
const mostBytes = 28 * 1024;

/**
 * Teams and its Bot Connector (REST API v3) for tests, on 127.0.0.1. It has one team with one channel, knows who is in it,
 * takes what the real one takes and refuses what that refuses: unknown conversations, messages that are gone, threads outside
 * channels, invalid or too large cards.
 */
export async function createTeamsPlatform(options: { readonly token?: string; readonly basePath?: string } = {}) {
  const channel = '19:0123456789abcdef@thread.tacv2';
  const people = new Map<string, TeamsPerson>();
  const posted: PostedMessage[] = [];
  const calls: ConnectorCall[] = [];
  /** Chats and threads that exist, by conversation id. */
  const conversations = new Set<string>([channel]);
  let fault: Fault | null = null;
  let rosterDown = false;
  let clock = Date.UTC(2026, 10, 23, 14);
  const newId = () => String(++clock);

  const add = (conversationId: string, thread: string | null, activity: Json): PostedMessage => {
    const message = { id: newId(), conversationId, thread, ...look(activity) };
    posted.push(message);
    return message;
  };

  const listener: RequestListener = async (request, response) => {
    const body = await bodyOf(request);
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://teams').pathname).replace(
      options.basePath ?? '',
      '',
    );
    calls.push({ method: request.method ?? '', path, authorization: request.headers.authorization ?? null });
    if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`) {
      return fail(response, 401, 'Unauthorized');
    }
    const [, conversationId = '', rest = ''] = /^\/v3\/conversations(?:\/([^/]+)(.*))?$/.exec(path) ?? [];
    if (request.method === 'GET') {
      const member = people.get(rest.replace('/members/', ''));
      if (rosterDown) return fail(response, 503, 'ServiceUnavailable');
      return member === undefined
        ? fail(response, 404, 'MemberNotFoundInConversation')
        : reply(response, 200, rosterEntry(member));
    }
    if (fault !== null) {
      const now = fault;
      fault = null;
      return meet(now, request, response);
    }
    if (Buffer.byteLength(body.replaceAll(/data:image\/png;base64,[^"]*/g, '')) > mostBytes)
      return fail(response, 413, 'MessageSizeTooBig');
    const sent: Json = JSON.parse(body);
    const activity = conversationId === '' ? record(sent.activity) : sent;
    const wrong = complaint(activity);
    if (wrong !== null) return fail(response, 400, 'BadSyntax', wrong);
    if (conversationId === '') {
      const place = record(record(sent.channelData).channel).id;
      if (place !== channel || sent.isGroup !== true) return fail(response, 404, 'ConversationNotFound');
      const message = add('', null, activity);
      const thread = `${channel};messageid=${message.id}`;
      posted[posted.length - 1] = { ...message, conversationId: thread };
      conversations.add(thread);
      return reply(response, 201, { id: thread, activityId: message.id });
    }
    if (!conversations.has(conversationId)) return fail(response, 404, 'ConversationNotFound');
    const target = rest.replace(/^\/activities\/?/, '');
    if (request.method === 'PUT') {
      const at = posted.findIndex(({ id }) => id === target);
      const before = posted[at];
      if (before === undefined) return fail(response, 404, 'ActivityNotFoundInConversation');
      posted[at] = { ...before, ...look(activity) };
      return reply(response, 200, { id: target });
    }
    const inThread = conversationId.includes(';messageid=');
    if (target !== '' && !inThread) return fail(response, 400, 'BadArgument', 'only threads have replies');
    const { id } = add(
      conversationId,
      target === '' ? (conversationId.split(';messageid=')[1] ?? null) : target,
      activity,
    );
    return reply(response, 201, { id });
  };

  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    serviceUrl: `http://127.0.0.1:${port}/`,
    listener,
    channel,
    calls,
    posted,
    addPerson(person: TeamsPerson): TeamsPerson {
      people.set(person.id, person);
      conversations.add(chatOf(person));
      return person;
    },
    /** One-to-one chat of a person with the bot. */
    chatOf,
    /** A new post of a person in the channel: its id, and the conversation id that its thread has. */
    newPost(): { id: string; conversationId: string } {
      const id = newId();
      const conversationId = `${channel};messageid=${id}`;
      conversations.add(conversationId);
      return { id, conversationId };
    },
    newId,
    failNext: (kind: Fault): void => {
      fault = kind;
    },
    stopRoster: (): void => {
      rosterDown = true;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What `createTeamsPlatform` makes. */
export type TeamsPlatform = Awaited<ReturnType<typeof createTeamsPlatform>>;

function chatOf(person: TeamsPerson): string {
  return `a:${person.id}`;
}

function rosterEntry({ id, name, tenant, aadObjectId, role }: TeamsPerson): Json {
  const mark = role === 'guest' ? '#EXT#' : '';
  return {
    id,
    name,
    objectId: aadObjectId,
    tenantId: tenant,
    userRole: role,
    userPrincipalName: `${name}${mark}@corp.example`,
  };
}

function complaint(activity: Json): string | null {
  if (activity.type !== 'message') return 'not a message';
  const attachments = Array.isArray(activity.attachments) ? activity.attachments : [];
  const [attachment] = attachments.map(record);
  if (attachment?.contentType !== 'application/vnd.microsoft.card.adaptive') return 'no card';
  return cardComplaints(attachment.content)[0] ?? null;
}

function look(activity: Json): Pick<PostedMessage, 'summary' | 'card' | 'pings'> {
  const [attachment] = Array.isArray(activity.attachments) ? activity.attachments.map(record) : [];
  const card = record(attachment?.content);
  seeCard(card);
  const mentions = [activity.entities, record(card.msteams).entities].flatMap((entities) =>
    Array.isArray(entities) ? entities.map((entity) => JSON.stringify(entity)) : [],
  );
  return { summary: String(activity.summary), card, pings: mentions };
}

const refusals: Readonly<Record<Exclude<Fault, 'connection_reset'>, readonly [status: number, code: string]>> = {
  rate_limited: [429, 'TooManyRequests'],
  rate_limited_untimed: [429, 'TooManyRequests'],
  server_error: [502, 'BadGateway'],
  message_gone: [404, 'ActivityNotFoundInConversation'],
  channel_gone: [404, 'ConversationNotFound'],
};

function meet(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  if (fault === 'connection_reset') {
    request.socket.destroy();
    return;
  }
  if (fault === 'rate_limited') response.setHeader('Retry-After', '3');
  fail(response, ...refusals[fault]);
}

function fail(response: ServerResponse, status: number, code: string, message = code): void {
  reply(response, status, { error: { code, message } });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
