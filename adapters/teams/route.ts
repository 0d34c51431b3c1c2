import express, { type NextFunction, type Request, type Response } from 'express';
import type { PublicHttp } from '../../src/ports/http.ts';
import type { Logger } from '../../src/ports/logger.ts';

/** Where Teams delivers activities, as registered with Azure Bot Service. */
const messagesPath = '/api/messages';

/** Largest activity taken. Teams' own messages end at 100 KB. */
const bodyLimit = '256kb';

/** What goes back to Teams: a status, and JSON for an invoke. */
export interface RouteAnswer {
  readonly status: number;
  readonly body?: object;
}

/** How the route decides. */
export interface RouteSetting {
  /** False in development: requests have no token, and come from this machine alone. */
  readonly tokenNeeded: boolean;
  readonly logger: Logger;
  /** Takes one request; `body` is any JSON, `authorization` has not been looked at. */
  readonly take: (authorization: string, body: unknown) => Promise<RouteAnswer>;
}

/** Mounts the one route of this adapter. Only it parses bodies, and answers say nothing about why a request was refused. */
export function mountMessagesRoute(http: PublicHttp, setting: RouteSetting): void {
  http.post(
    messagesPath,
    (request: Request, response: Response, next: NextFunction) => admit(request, response, next, setting.tokenNeeded),
    express.json({ limit: bodyLimit }),
    async (request: Request, response: Response) => {
      const { status, body } = await setting.take(request.headers.authorization ?? '', request.body);
      if (body === undefined) response.status(status).end();
      else response.status(status).json(body);
    },
    (error: unknown, _request: Request, response: Response, _next: NextFunction) => {
      const status = clientErrorStatus(error);
      if (status === 500) setting.logger.error({ error }, 'a request from Teams failed');
      response.status(status).end();
    },
  );
}

/** Keeps those who need not be read at all from having their body read. */
function admit(request: Request, response: Response, next: NextFunction, tokenNeeded: boolean): void {
  const admitted = tokenNeeded
    ? /^Bearer \S+$/.test(request.headers.authorization ?? '')
    : isLoopback(request.socket.remoteAddress ?? '');
  if (admitted) next();
  else response.status(tokenNeeded ? 401 : 403).end();
}

function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\./.test(address) || address === '::1';
}

function clientErrorStatus(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : 500;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
