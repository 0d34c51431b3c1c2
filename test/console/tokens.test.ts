import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTokenLookup } from '../../adapters/console/index.ts';
import { type ConsoleBench, startConsole } from './console-bench.ts';
import { act, rawRequest } from './raw-request.ts';

const operatorToken = 'operator-0123456789abcdef';
const approverToken = 'approver-0123456789abcdef';
const tokens = createTokenLookup([
  { person: 'operator', token: operatorToken },
  { person: 'approver', token: approverToken },
]);

const codeOf = (json: unknown) => (json as { readonly error?: { readonly code?: string } } | null)?.error?.code;
const hello = { as: 'operator', channel: 'it-ops', text: 'help' };

describe('with tokens', () => {
  let bench: ConsoleBench;
  let url: string;
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const plainHello = { channel: 'it-ops', text: 'help' };
  const form = (token: string, headers: Readonly<Record<string, string>> = { origin: url }) =>
    rawRequest(url, 'POST', '/login', {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams({ token }).toString(),
    });
  const cookieOf = (header: string[] | undefined) => header?.[0]?.split(';')[0] ?? '';

  beforeAll(async () => {
    bench = await startConsole({ mode: { kind: 'token', tokens } });
    url = bench.adapter.url;
  });
  afterAll(() => bench.adapter.stop());

  test.each([
    ['none', {}],
    ['a wrong one', as('operator-0123456789abcdee')],
    ['a part of one', as(operatorToken.slice(0, -1))],
    ['one and more', as(`${operatorToken}x`)],
    ['an empty one', { authorization: 'Bearer ' }],
    ['Basic', { authorization: `Basic ${operatorToken}` }],
    ['a made-up session', { cookie: 'oob_console_8080=abc' }],
    ['a token as the cookie', { cookie: `oob_console_8080=${operatorToken}` }],
  ])('%s: 401 everywhere', async (_what, headers: Readonly<Record<string, string>>) => {
    const own = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('8080', new URL(url).port)]),
    );
    for (const path of [
      '/api/session',
      '/api/messages?channel=it-ops&as=operator',
      '/api/stream?channel=it-ops&as=operator',
      '/api/attachment/1?channel=it-ops&as=operator',
    ]) {
      const answer = await rawRequest(url, 'GET', path, { headers: own });
      expect([path, answer.status, codeOf(answer.json)]).toEqual([path, 401, 'ERR_CONSOLE_TOKEN']);
    }
    for (const body of [plainHello, hello]) {
      expect((await act(url, '/api/say', body, own)).status).toBe(401);
    }
    expect(bench.core.invocations).toEqual([]);
    expect((await rawRequest(url, 'GET', '/', { headers: own })).headers.location).toBe('/login');
  });

  test('a token in the address is no token', async () => {
    const answer = await rawRequest(url, 'GET', `/api/session?token=${operatorToken}&access_token=${operatorToken}`);
    expect(answer.status).toBe(401);
  });

  test('the token decides who speaks, and another name is refused', async () => {
    expect((await act(url, '/api/say', plainHello, as(approverToken))).status).toBe(200);
    expect(bench.core.invocations.at(-1)?.account.user).toBe('approver');
    const before = bench.core.invocations.length;
    const posing = await act(url, '/api/say', hello, as(approverToken));
    expect([posing.status, codeOf(posing.json)]).toEqual([403, 'ERR_CONSOLE_SPEAKER']);
    const reading = await rawRequest(url, 'GET', '/api/messages?channel=it-ops&as=operator', {
      headers: as(approverToken),
    });
    expect(reading.status).toBe(403);
    expect(bench.core.invocations.length).toBe(before);
  });

  test('the form trades a token for a session that only this console can read', async () => {
    const answer = await form(operatorToken);
    expect([answer.status, answer.headers.location]).toEqual([303, '/']);
    const cookie = answer.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/^oob_console_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    expect(cookie).not.toContain(operatorToken);
    const session = { cookie: cookieOf(answer.headers['set-cookie']) };
    const known = await rawRequest(url, 'GET', '/api/session', { headers: session });
    expect(known.json).toMatchObject({ me: 'operator', demo: false });
    expect((await act(url, '/api/say', plainHello, session)).status).toBe(200);
    expect((await rawRequest(url, 'GET', '/', { headers: session })).status).toBe(200);
  });

  test('a session alone does not help another site', async () => {
    const session = { cookie: cookieOf((await form(operatorToken)).headers['set-cookie']) };
    const before = bench.core.invocations.length;
    expect((await act(url, '/api/say', plainHello, { ...session, origin: 'https://evil.example' })).status).toBe(403);
    const bare = await rawRequest(url, 'POST', '/api/say', {
      headers: { ...session, 'content-type': 'application/json' },
      body: JSON.stringify(plainHello),
    });
    expect(bare.status).toBe(403);
    expect(bench.core.invocations.length).toBe(before);
  });

  test('signing out ends the session, and it ends by itself after twelve hours', async () => {
    const first = { cookie: cookieOf((await form(operatorToken)).headers['set-cookie']) };
    const second = { cookie: cookieOf((await form(operatorToken)).headers['set-cookie']) };
    const status = async (headers: Readonly<Record<string, string>>) =>
      (await rawRequest(url, 'GET', '/api/session', { headers })).status;
    const out = await rawRequest(url, 'POST', '/logout', { headers: { ...first, origin: url } });
    expect([out.status, out.headers.location]).toEqual([303, '/login']);
    expect([await status(first), await status(second)]).toEqual([401, 200]);
    bench.clock.set(new Date(Date.now() + 12 * 3_600_000 + 1000));
    expect(await status(second)).toBe(401);
    bench.clock.set(new Date());
  });

  test('the form takes no wrong token and nothing from another site', async () => {
    const wrong = await form('operator-0123456789abcdee');
    expect([wrong.headers.location, wrong.headers['set-cookie']]).toEqual(['/login#wrong', undefined]);
    expect((await form(operatorToken, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await form(operatorToken, {})).status).toBe(403);
  });

  test('tokens that could be guessed are refused when the list is made', () => {
    expect(() => createTokenLookup([{ person: 'ana', token: 'fifteen-letters' }])).toThrow(/shorter than 16/);
    expect(() => createTokenLookup([{ person: 'ana', token: 'fifteen-letters' }])).not.toThrow(/fifteen-letters/);
  });
});
