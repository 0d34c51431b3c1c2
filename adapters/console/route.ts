import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestKind } from './request-guard.ts';

/** One address: which check its requests must pass, and what it does. */
export interface Route {
  readonly kind: RequestKind;
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
}

/** Sends the browser to another address, which it fetches with GET (303): a reload does not send a form again. */
export function redirect(response: ServerResponse, to: string, cookie: string | null): void {
  response.writeHead(303, { location: to, ...(cookie === null ? {} : { 'set-cookie': cookie }) });
  response.end();
}
