import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Fault, ShownMessage } from '../contract/chat-contract.ts';
import { pictureIds, refusal } from './block-kit.ts';
import { type Json, startEmulatedWebApi, workspace } from './emulated-web-api.ts';
import { type Ephemeral, ephemeralMessages, storedMessages } from './shown-messages.ts';

/** One call that the adapter made. */
interface Call {
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Slack for tests, on 127.0.0.1 only: in front of the emulated Web API stands what that lacks: the limits of blocks, Socket
 * Mode, response_url, rate limits and faults.
 */
export async function createSlackPlatform() {
  const webApi = await startEmulatedWebApi();
  const calls: Call[] = [];
  const ephemerals: Ephemeral[] = [];
  const fileContents = new Map<string, Buffer>();
  let fileDelays = 1;
  const refusedFiles = new Map<string, number>();
  const channels = new Set([webApi.channel]);
  const sockets = new Set<WebSocket>();
  const acknowledged = new Map<string, () => void>();
  const responseUses = new Map<string, number>();
  const waitingForConnection: (() => void)[] = [];
  const waitingForCall = new Map<string, () => void>();
  let fault: { kind: Fault; method: RegExp } | null = null;
  let serial = 0;
  let mostBlockChars: number | undefined;

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const links = new WebSocketServer({ server, path: '/link' });
  links.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('message', (data) => acknowledged.get(JSON.parse(String(data)).envelope_id)?.());
    socket.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A000000001' } }));
    waitingForConnection.shift()?.();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const listening = server.address();
  if (listening === null || typeof listening === 'string') throw new Error('no port');
  const address = `http://127.0.0.1:${listening.port}`;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = new Uint8Array(Buffer.concat(chunks));
    if (url.startsWith('/response/')) answerResponseUrl(url, body, response);
    else if (url.startsWith('/upload/')) await passUpload(url, body, request, response);
    else await answerCall(url.replace('/api/', ''), body, request, response);
  }

  async function answerCall(
    method: string,
    body: Uint8Array<ArrayBuffer>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const params = Object.fromEntries(new URLSearchParams(textOf(body)));
    const { channel = '', ts = '' } = params;
    calls.push({ method, params });
    waitingForCall.get(method)?.();
    const kind = takeFault(method);
    if (kind !== null && misbehave(kind, request, response)) return;
    if (method === 'apps.connections.open') {
      const known = request.headers.authorization === `Bearer ${workspace.appToken}`;
      const link = `${address.replace('http', 'ws')}/link?ticket=secret-ticket`;
      return json(response, known ? { ok: true, url: link } : { ok: false, error: 'invalid_auth' });
    }
    const blocks = params.blocks === undefined ? [] : JSON.parse(params.blocks);
    const error = params.blocks === undefined ? null : (refusal(blocks, mostBlockChars) ?? refusedFile(blocks));
    if (error !== null) return json(response, { ok: false, error });

    if (kind === 'message_gone') await webApi.ask('chat.delete', { channel, ts });
    if (kind === 'channel_gone') await webApi.ask('conversations.archive', { channel });
    const answer = await pass(`/api/${method}`, body, request);
    if (kind === 'channel_gone') await webApi.ask('conversations.unarchive', { channel });

    const said: Json = JSON.parse(answer.text);
    if (said.ok === true && method === 'chat.postMessage') channels.add(String(said.channel));
    if (said.ok === true && method === 'chat.postEphemeral') {
      const shown = { ...params, blocks: JSON.parse(params.blocks ?? '[]') };
      ephemerals.push({ id: String(said.message_ts), thread: params.thread_ts ?? null, body: shown });
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text);
  }

  /** As Slack does while an upload is not yet processed, and for ever with files that nobody uploaded. */
  function refusedFile(blocks: readonly Json[]): string | null {
    for (const id of pictureIds(blocks)) {
      const times = refusedFiles.get(id) ?? 0;
      refusedFiles.set(id, times + 1);
      if (!fileContents.has(id) || times < fileDelays) return 'invalid_blocks';
    }
    return null;
  }

  /** True when the request has had its answer, or none. */
  function misbehave(kind: Fault, request: IncomingMessage, response: ServerResponse): boolean {
    if (kind === 'connection_reset') request.socket.destroy();
    else if (kind === 'server_error') response.writeHead(503).end('oops');
    else if (kind === 'rate_limited') response.writeHead(429, { 'retry-after': '3' }).end();
    else if (kind === 'rate_limited_untimed') response.writeHead(429).end();
    else return false;
    return true;
  }

  async function pass(
    url: string,
    body: Uint8Array<ArrayBuffer>,
    request: IncomingMessage,
  ): Promise<{ status: number; text: string }> {
    const { authorization = '', 'content-type': type = 'application/x-www-form-urlencoded' } = request.headers;
    const headers = { authorization, 'content-type': type };
    const answer = await fetch(webApi.address + url, { method: 'POST', headers, body });
    return { status: answer.status, text: (await answer.text()).replaceAll(webApi.ownName, address) };
  }

  async function passUpload(
    url: string,
    body: Uint8Array<ArrayBuffer>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const form = await new Response(body, {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    }).formData();
    for (const part of form.values()) {
      const bytes = typeof part === 'string' ? Buffer.from(part) : Buffer.from(await part.arrayBuffer());
      fileContents.set(url.split('/').at(-1) ?? '', bytes);
    }
    const answer = await pass(url, body, request);
    response.writeHead(answer.status).end(answer.text);
  }

  /** Takes five answers, then says 404, as a response_url does. */
  function answerResponseUrl(url: string, body: Uint8Array<ArrayBuffer>, response: ServerResponse): void {
    const uses = (responseUses.get(url) ?? 0) + 1;
    responseUses.set(url, uses);
    const message = JSON.parse(textOf(body));
    const kind = takeFault('response_url');
    const error = uses > 5 || url.endsWith('expired') ? 'used_url' : refusal(message.blocks);
    if (kind !== null) response.writeHead(kind === 'rate_limited' ? 429 : 500, { 'retry-after': '3' }).end();
    else if (error !== null) response.writeHead(404).end(JSON.stringify({ ok: false, error }));
    else {
      if (message.response_type !== 'ephemeral') throw new Error('the answer would be shown to all');
      serial += 1;
      ephemerals.push({ id: `${Date.now() / 1000}e${serial}`, thread: message.thread_ts ?? null, body: message });
      response.writeHead(200).end('ok');
    }
  }

  function takeFault(method: string): Fault | null {
    if (fault?.method.test(method) !== true) return null;
    const { kind } = fault;
    fault = null;
    return kind;
  }

  return {
    ...workspace,
    apiUrl: `${address}/api/`,
    operator: webApi.operator,
    approver: webApi.approver,
    channel: webApi.channel,
    calls,
    responseUrl: (): string => {
      serial += 1;
      return `${address}/response/${serial}`;
    },
    /** The direct messages with the bot that were opened first. */
    directChannel: (): string => [...channels].find((channel) => channel.startsWith('D')) ?? '',
    expiredResponseUrl: `${address}/response/expired`,
    /** Slack's undocumented limit on all blocks together, made smaller. */
    limitBlocks: (mostChars: number | undefined): void => {
      mostBlockChars = mostChars;
    },
    /** How often an uploaded picture is still unknown to messages. Default 1. */
    delayFiles: (times: number): void => {
      fileDelays = times;
    },
    /** Resolves when no app is connected. */
    allClosed: async (): Promise<void> => {
      await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    },
    /** The next call whose method matches meets this. */
    failNext: (kind: Fault, method = /^(chat\.(postMessage|update|postEphemeral)|response_url)$/): void => {
      fault = { kind, method };
    },
    /** Sends over Socket Mode; resolves with the acknowledgement, rejects when there is none in three seconds. */
    sendEnvelope: async (type: string, payload: unknown): Promise<void> => {
      const [socket] = sockets;
      if (socket === undefined) throw new Error('nobody is connected');
      serial += 1;
      const id = `envelope-${serial}`;
      const answered = new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('not acknowledged in 3 s')), 3000);
        acknowledged.set(id, () => {
          clearTimeout(late);
          resolve();
        });
      });
      socket.send(JSON.stringify({ type, envelope_id: id, payload, accepts_response_payload: true, retry_attempt: 0 }));
      await answered;
    },
    /** Resolves when this method is called once more. */
    nextCall: (method: string): Promise<void> => new Promise((resolve) => waitingForCall.set(method, resolve)),
    /** Resolves when the app has connected once more. */
    nextConnection: (): Promise<void> => new Promise((resolve) => waitingForConnection.push(resolve)),
    /** Says goodbye as Slack does every few hours, or drops the line without a word. */
    disconnect: (how: 'politely' | 'rudely'): void => {
      for (const socket of sockets) {
        if (how === 'rudely') socket.terminate();
        else socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
      }
    },
    messages: async (): Promise<ShownMessage[]> => {
      const all = [...(await storedMessages(webApi, channels, fileContents)), ...ephemeralMessages(ephemerals)];
      return all.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    stop: async (): Promise<void> => {
      for (const socket of sockets) socket.terminate();
      links.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await webApi.close();
    },
  };
}

/** The platform as `createSlackPlatform` makes it. */
export type SlackPlatform = Awaited<ReturnType<typeof createSlackPlatform>>;

function json(response: ServerResponse, answer: Json): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}
