import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Account } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { ConsoleError } from './errors.ts';
import { serviceAuthor } from './render.ts';

/**
 * Who may speak as whom. `demo`: anybody as anybody, for there is nothing real to protect. `token`: a secret token decides,
 * and nothing else; `tokens` gives the person's id or null and must compare in constant time (see `createTokenLookup`).
 */
export type ConsoleMode =
  | { readonly kind: 'demo' }
  | { readonly kind: 'token'; readonly tokens: (token: string) => string | null };

/** Finds out who speaks. */
export interface ConsoleIdentity {
  /** Id of the speaker; `asked` is whom the request claims to be. Throws ConsoleError. */
  speaker(request: IncomingMessage, asked: string | null): string;
  /** True when the request carries a good token or session, or none is needed. */
  knows(request: IncomingMessage): boolean;
  /** Trades a token for the Set-Cookie value of a session; null when the token is wrong. */
  login(token: string): string | null;
  /** Ends the request's session; gives the Set-Cookie value that clears it. */
  logout(request: IncomingMessage): string;
}

const sessionHours = 12;
const mostSessions = 1000;
const personShape = /^[A-Za-z0-9._@+-]{1,64}$/;

/** An id as the core knows it. */
export function consoleAccount(person: string): Account {
  return { platform: 'console', tenant: 'local', user: person };
}

/**
 * Makes the identity check of one console. `port` names the cookie, because browsers send a cookie of 127.0.0.1 to every
 * port there; what it holds is a session that ends with this process or after 12 hours, never the token itself.
 */
export function createConsoleIdentity(options: {
  readonly mode: ConsoleMode;
  readonly clock: Clock;
  readonly port: number;
}): ConsoleIdentity {
  const { mode, clock } = options;
  const cookieName = `oob_console_${options.port}`;
  const sessions = new Map<string, { readonly person: string; readonly endsAt: number }>();

  const sessionId = (request: IncomingMessage): string | null => {
    for (const pair of (request.headers.cookie ?? '').split(';')) {
      const [name, value] = pair.trim().split('=', 2);
      if (name === cookieName && value !== undefined) return value;
    }
    return null;
  };
  const bySession = (request: IncomingMessage): string | null => {
    const id = sessionId(request);
    const session = id === null ? undefined : sessions.get(id);
    return session !== undefined && session.endsAt > clock.now().getTime() ? session.person : null;
  };
  const byToken = (token: string): string | null => (mode.kind === 'token' ? mode.tokens(token) : null);
  const proven = (request: IncomingMessage): string | null => {
    const header = request.headers.authorization;
    if (header === undefined) return bySession(request);
    const bearer = /^Bearer (\S{1,512})$/i.exec(header)?.[1];
    return bearer === undefined ? null : byToken(bearer);
  };
  const cookie = (value: string, seconds: number) =>
    `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}`;

  return {
    speaker: (request, asked) => {
      if (mode.kind === 'demo') {
        // The service's own name is taken: what carries it was said by nobody else.
        if (asked === null || !personShape.test(asked) || asked === serviceAuthor) {
          throw new ConsoleError('ERR_CONSOLE_BODY', { detail: 'It must say who speaks ("as").' });
        }
        return asked;
      }
      const person = proven(request);
      if (person === null) throw new ConsoleError('ERR_CONSOLE_TOKEN');
      if (asked !== null && asked !== person) throw new ConsoleError('ERR_CONSOLE_SPEAKER');
      return person;
    },
    knows: (request) => mode.kind === 'demo' || proven(request) !== null,
    login: (token) => {
      const person = byToken(token);
      if (person === null) return null;
      const now = clock.now().getTime();
      for (const [id, { endsAt }] of sessions) if (endsAt <= now) sessions.delete(id);
      const [oldest] = sessions.keys();
      if (sessions.size >= mostSessions && oldest !== undefined) sessions.delete(oldest);
      const id = randomBytes(32).toString('base64url');
      sessions.set(id, { person, endsAt: now + sessionHours * 3_600_000 });
      return cookie(id, sessionHours * 3600);
    },
    logout: (request) => {
      const id = sessionId(request);
      if (id !== null) sessions.delete(id);
      return cookie('', 0);
    },
  };
}

/**
 * The `tokens` function for a fixed list. Takes the same time for every wrong token: hashes of equal length are compared in
 * constant time, all of them. Throws ERR_CONSOLE_WEAK_TOKEN for a token of less than 16 characters, which could be guessed.
 */
export function createTokenLookup(
  entries: readonly { readonly person: string; readonly token: string }[],
): (token: string) => string | null {
  const hash = (token: string) => createHash('sha256').update(token).digest();
  const known = entries.map(({ person, token }) => {
    if (token.length < 16)
      throw new ConsoleError('ERR_CONSOLE_WEAK_TOKEN', { detail: `It is the one of "${person}".` });
    return { person, hash: hash(token) };
  });
  return (token) => {
    const given = hash(token);
    let found: string | null = null;
    for (const entry of known) if (timingSafeEqual(entry.hash, given)) found = entry.person;
    return found;
  };
}
