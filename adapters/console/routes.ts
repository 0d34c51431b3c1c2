import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { ConsoleLog, ConsoleMessage } from '../../src/ports/store/invocation-store.ts';
import { ConsoleError } from './errors.ts';
import type { EventStreams } from './event-stream.ts';
import type { PageFile } from './page-files.ts';
import { readBody, readJson } from './read-body.ts';
import { clickBody, sayBody } from './receive.ts';
import type { ShownMessage } from './render.ts';
import { type Route, redirect } from './route.ts';
import { createSiteRoutes, type SiteRouteParts, wayBack } from './sites/site-routes.ts';
import { readStoredView, visibleTo } from './stored-message.ts';

/** A command of 4,000 characters in the widest UTF-8 JSON escapes, and room around it. */
const mostBodyBytes = 32 * 1024;
const latestMessages = 200;

/** What every route works with. */
export interface RouteParts extends SiteRouteParts {
  readonly log: ConsoleLog;
  readonly streams: EventStreams;
  readonly files: (path: string) => Promise<PageFile | null>;
  readonly render: (message: ConsoleMessage) => ShownMessage;
  /** Commands offered above the input. */
  readonly hints: readonly string[];
}

/** Makes the table of addresses, by method and path. A path that ends in `/` and a number is under its prefix with `:number`. */
export function createRoutes(parts: RouteParts): Readonly<Record<string, Route>> {
  const { log, identity, receiver } = parts;
  const reader = (request: IncomingMessage, url: URL): string => identity.speaker(request, url.searchParams.get('as'));
  const channelOf = (url: URL): string => {
    const channel = url.searchParams.get('channel');
    if (!parts.channels.some(({ id }) => id === channel) || channel === null)
      throw new ConsoleError('ERR_CONSOLE_CHANNEL');
    return channel;
  };

  /** The parts of the message whose number ends the address, as far as the reader may see it. */
  const named = async (request: IncomingMessage, url: URL) => {
    const person = reader(request, url);
    const number = wholeNumber(url.pathname.slice(url.pathname.lastIndexOf('/') + 1));
    const change = wholeNumber(url.searchParams.get('change') ?? '0');
    const { view } = readStoredView((await receiver.find(person, channelOf(url), number, change)).view);
    return { attachment: view?.attachment, picture: view?.picture };
  };

  return {
    'GET /api/session': {
      kind: 'read',
      handle: async (request, response) => {
        const me = parts.demo ? null : identity.speaker(request, null);
        const { channels, people, hints, demo } = parts;
        sendJson(response, { demo, me, people, channels, hints });
      },
    },
    'POST /api/say': {
      kind: 'act',
      handle: async (request, response) => {
        const body = parsed(sayBody, await readJson(request, mostBodyBytes));
        sendJson(response, await receiver.say(identity.speaker(request, body.as ?? null), body));
      },
    },
    'POST /api/click': {
      kind: 'act',
      handle: async (request, response) => {
        const body = parsed(clickBody, await readJson(request, mostBodyBytes));
        sendJson(response, await receiver.click(identity.speaker(request, body.as ?? null), body));
      },
    },
    'GET /api/messages': {
      kind: 'read',
      handle: async (request, response, url) => {
        const person = reader(request, url);
        const channel = channelOf(url);
        const after = url.searchParams.get('after');
        const rows =
          after === null
            ? await log.latest(channel, latestMessages)
            : await log.changes(channel, wholeNumber(after), latestMessages);
        // Hidden messages count too: else a reader would be handed the same page for ever.
        const change = rows.reduce((most, row) => Math.max(most, row.change), after === null ? 0 : wholeNumber(after));
        const messages = rows.filter((row) => visibleTo(row, person)).map(parts.render);
        sendJson(response, { messages, change, more: after !== null && rows.length === latestMessages });
      },
    },
    'GET /api/stream': {
      kind: 'read',
      handle: async (request, response, url) => {
        const person = reader(request, url);
        const after = request.headers['last-event-id'] ?? url.searchParams.get('after') ?? '0';
        await parts.streams.open(response, { channel: channelOf(url), person, after: wholeNumber(String(after)) });
      },
    },
    'GET /api/attachment/:number': {
      kind: 'read',
      handle: async (request, response, url) => {
        const { attachment } = await named(request, url);
        if (attachment === undefined) throw new ConsoleError('ERR_CONSOLE_MESSAGE');
        response.writeHead(200, {
          'content-type': `${attachment.mediaType}; charset=utf-8`,
          'content-disposition': `attachment; filename*=UTF-8''${extValue(attachment.name)}`,
          'cache-control': 'no-store',
        });
        response.end(attachment.content);
      },
    },
    'GET /api/picture/:number': {
      kind: 'read',
      handle: async (request, response, url) => {
        const { picture } = await named(request, url);
        if (picture === undefined) throw new ConsoleError('ERR_CONSOLE_MESSAGE');
        response.writeHead(200, { 'content-type': picture.mediaType, 'cache-control': 'private, max-age=86400' });
        response.end(Buffer.from(picture.base64, 'base64'));
      },
    },
    'POST /login': {
      kind: 'form',
      handle: async (request, response) => {
        const token = new URLSearchParams(await readBody(request, 2048)).get('token') ?? '';
        const cookie = identity.login(token.trim());
        const { page, again } = wayBack(request);
        redirect(response, cookie === null ? `${again}#wrong` : page, cookie);
      },
    },
    'POST /logout': {
      kind: 'form',
      handle: async (request, response) => {
        await readBody(request, 2048);
        redirect(response, '/login', identity.logout(request));
      },
    },
    ...createSiteRoutes(parts),
    'GET /*': {
      kind: 'page',
      handle: async (request, response, url) => {
        if (url.pathname === '/' && !identity.knows(request)) return redirect(response, '/login', null);
        const file = await parts.files(url.pathname);
        if (file === null) throw new ConsoleError('ERR_CONSOLE_ROUTE');
        response.writeHead(200, { 'content-type': file.mediaType, 'cache-control': 'no-cache' });
        response.end(file.body);
      },
    },
  };
}

function parsed<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue?.code === 'too_big' && issue.path.join('.') === 'text') throw new ConsoleError('ERR_CONSOLE_TOO_LONG');
  throw new ConsoleError('ERR_CONSOLE_BODY', { detail: `${issue?.path.join('.') || 'body'}: ${issue?.message}.` });
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ConsoleError('ERR_CONSOLE_BODY', { detail: 'A number is no number.' });
  return Number(text);
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** A header's extended value (RFC 8187): what encodeURIComponent leaves and RFC 8187 does not is escaped too. */
function extValue(text: string): string {
  const percent = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text.toWellFormed()).replace(/['()*]/g, percent);
}
