import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ChatError } from '../../src/ports/chat.ts';
import type { Logger } from '../../src/ports/logger.ts';
import { ConsoleError, type ConsoleErrorCode } from './errors.ts';
import { checkRequest, ownOrigins } from './request-guard.ts';
import type { Route } from './route.ts';

/** Scripts, styles and connections of this server only; the Adaptive Cards renderer sets styles on elements. */
const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Requests that are still running after this long are cut off when the server closes. */
const longestCloseMs = 5_000;

/** A running loopback server. */
export interface LoopbackServer {
  readonly port: number;
  /** Takes no new request and resolves when the running ones are answered. Long-lived streams must be ended before. */
  close(): Promise<void>;
}

/**
 * Listens on a loopback address. Rejects with ERR_CONSOLE_NOT_LOOPBACK for any other address, and ERR_CONSOLE_LISTEN when
 * the port is taken. `routesFor` gets the port that was really bound.
 */
export async function listenOnLoopback(options: {
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  /** Where browsers reach it beside the loopback address, such as by a proxy; null: nowhere. */
  readonly origin: string | null;
  readonly routesFor: (port: number) => Readonly<Record<string, Route>>;
}): Promise<LoopbackServer> {
  if (!/^(127(\.\d{1,3}){3}|::1|localhost)$/.test(options.host)) {
    throw new ConsoleError('ERR_CONSOLE_NOT_LOOPBACK', { detail: `"${options.host}" is none.` });
  }
  const server = createServer();
  await listening(server, options.host, options.port);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const routes = options.routesFor(port);
  const own = ownOrigins(options.host, port, options.origin);

  let running = 0;
  let closing = false;
  // Browsers open connections ahead of need, and keep used ones: those would hold the server open for seconds.
  const closeWhenAnswered = () => {
    if (closing && running === 0) server.closeAllConnections();
  };
  server.on('request', (request, response) => {
    running++;
    response.on('close', () => {
      running--;
      setImmediate(closeWhenAnswered);
    });
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    answer(request, response, routes, own).catch((error: unknown) => sendError(response, error, options.logger));
  });
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        closing = true;
        const hurry = setTimeout(() => server.closeAllConnections(), longestCloseMs);
        server.close(() => {
          clearTimeout(hurry);
          resolve();
        });
        closeWhenAnswered();
      }),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const detail =
        cause.code === 'EADDRINUSE'
          ? `Port ${port} of ${host} is taken: stop what listens there, or choose another port for the console.`
          : `${host}:${port}: ${cause.code ?? cause.message}.`;
      reject(new ConsoleError('ERR_CONSOLE_LISTEN', { detail, cause }));
    });
    server.listen(port, host, resolve);
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Readonly<Record<string, Route>>,
  own: ReadonlyMap<string, string>,
): Promise<void> {
  const method = request.method ?? '';
  const url = URL.canParse(request.url ?? '', 'http://console') ? new URL(request.url ?? '', 'http://console') : null;
  if (url === null) throw new ConsoleError('ERR_CONSOLE_ROUTE');
  const path = url.pathname.replace(/\/\d+$/, '/:number');
  const route = routes[`${method} ${path}`] ?? (path.startsWith('/api/') ? undefined : routes[`${method} /*`]);
  if (route === undefined) {
    checkRequest(request, 'page', own);
    throw new ConsoleError(method === 'GET' || method === 'POST' ? 'ERR_CONSOLE_ROUTE' : 'ERR_CONSOLE_METHOD');
  }
  checkRequest(request, route.kind, own);
  await route.handle(request, response, url);
}

function sendError(response: ServerResponse, error: unknown, logger: Logger): void {
  const known = toConsoleError(error);
  // A refused request is its sender's business; a fault of ours is for the log.
  if (known.status >= 500) logger.warn({ error }, 'a request to the console failed');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body: { readonly error: { readonly code: ConsoleErrorCode; readonly message: string } } = {
    error: { code: known.code, message: known.message },
  };
  response.writeHead(known.status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function toConsoleError(error: unknown): ConsoleError {
  if (error instanceof ConsoleError) return error;
  if (error instanceof ChatError && error.code === 'channel_gone') return new ConsoleError('ERR_CONSOLE_CHANNEL');
  return new ConsoleError('ERR_CONSOLE_STORE', { cause: error });
}
