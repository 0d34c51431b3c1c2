import type { IncomingMessage } from 'node:http';
import { ConsoleError } from './errors.ts';

/** What the request is for. Pages may be opened by a link anywhere; everything else comes from the page itself or a program. */
export type RequestKind = 'page' | 'read' | 'form' | 'act';

/**
 * Origins of a loopback server by the Host header that goes with them: what a browser on this machine can have in its address bar, and
 * `origin`, under which one elsewhere reaches it.
 */
export function ownOrigins(host: string, port: number, origin: string | null): ReadonlyMap<string, string> {
  const names = ['127.0.0.1', 'localhost', '[::1]', host.includes(':') ? `[${host}]` : host];
  const hosts = names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  const own = hosts.map((each) => [each, `http://${each}`] as const);
  return new Map([...own, ...(origin === null ? [] : [[new URL(origin).host, origin] as const])]);
}

/**
 * Refuses what a foreign web page could send through the browser of somebody who sits at this machine: a name that was
 * rebound to 127.0.0.1 (its Host header gives it away), and requests that another origin started. Throws ConsoleError.
 * Programs such as `oob say` send neither Origin nor Sec-Fetch-Site.
 */
export function checkRequest(request: IncomingMessage, kind: RequestKind, own: ReadonlyMap<string, string>): void {
  const { host, origin } = request.headers;
  const expected = host === undefined ? undefined : own.get(host.toLowerCase());
  if (expected === undefined) throw new ConsoleError('ERR_CONSOLE_HOST');
  if (kind === 'page') return;

  if (origin !== undefined && origin !== expected) throw new ConsoleError('ERR_CONSOLE_ORIGIN');
  const site = request.headers['sec-fetch-site'];
  const typedByHand = kind === 'read' && site === 'none';
  if (site !== undefined && site !== 'same-origin' && !typedByHand) throw new ConsoleError('ERR_CONSOLE_ORIGIN');
  // Browsers name the origin of every form they post; without it nobody vouches for this one.
  if (kind === 'form' && origin === undefined) throw new ConsoleError('ERR_CONSOLE_ORIGIN');
  if (kind !== 'act') return;

  // A foreign page can't set this header without a preflight, which nothing here answers.
  if (request.headers['x-oob-console'] !== '1') throw new ConsoleError('ERR_CONSOLE_HEADER');
  const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new ConsoleError('ERR_CONSOLE_MEDIA');
}
