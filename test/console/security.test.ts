import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createConsoleAdapter } from '../../adapters/console/index.ts';
import { type ConsoleBench, noPages, quietLogger, startConsole } from './console-bench.ts';
import { act, actHeaders, openStream, rawRequest } from './raw-request.ts';

const codeOf = (json: unknown) => (json as { readonly error?: { readonly code?: string } } | null)?.error?.code;
const hello = { as: 'operator', channel: 'it-ops', text: 'help' };

describe('requests that another site sends through the browser', () => {
  let bench: ConsoleBench;
  let url: string;
  let port: string;
  beforeAll(async () => {
    bench = await startConsole();
    url = bench.adapter.url;
    port = new URL(url).port;
  });
  afterAll(() => bench.adapter.stop());

  test.each(['evil.example', 'evil.example:8080', '127.0.0.1', '127.0.0.1:1', '127.0.0.1.evil.example', '0.0.0.0'])(
    'a rebound name is refused: Host "%s"',
    async (host) => {
      const paths = ['/', '/page/page.ts', '/api/session', '/api/messages?channel=it-ops&as=operator', '/nothing'];
      for (const path of paths) {
        const answer = await rawRequest(url, 'GET', path, { headers: { host } });
        expect([path, answer.status, codeOf(answer.json)]).toEqual([path, 421, 'ERR_CONSOLE_HOST']);
      }
      const posted = await act(url, '/api/say', hello, { host });
      expect([posted.status, codeOf(posted.json)]).toEqual([421, 'ERR_CONSOLE_HOST']);
      expect(bench.core.invocations).toEqual([]);
    },
  );

  test('no name at all is refused', async () => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.end('GET /api/session HTTP/1.0\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 421 /);
  });

  test('all loopback names are its own', async () => {
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
      expect((await rawRequest(url, 'GET', '/api/session', { headers: { host } })).status).toBe(200);
    }
  });

  test('the name of the proxy before it is its own too, with the origin that goes with it and no other', async () => {
    const proxied = await startConsole({ origin: 'https://console.example.com' });
    try {
      const to = proxied.adapter.url;
      const host = 'console.example.com';
      const statusOf = async (headers: Readonly<Record<string, string>>) =>
        (await rawRequest(to, 'GET', '/api/session', { headers })).status;
      expect(await statusOf({ host, origin: 'https://console.example.com' })).toBe(200);
      expect(await statusOf({ host: `127.0.0.1:${new URL(to).port}` })).toBe(200);
      expect(await statusOf({ host, origin: 'http://console.example.com' })).toBe(403);
      expect(await statusOf({ host, origin: 'https://evil.example' })).toBe(403);
      expect(await statusOf({ host: 'evil.example', origin: 'https://console.example.com' })).toBe(421);
    } finally {
      await proxied.adapter.stop();
    }
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['another name of this machine', { origin: 'http://localhost:__PORT__' }],
    ['a site, says the browser', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour, says the browser', { 'sec-fetch-site': 'same-site' }],
  ])('%s is refused', async (_who, raw: Readonly<Record<string, string>>) => {
    const headers = Object.fromEntries(
      Object.entries(raw).map(([name, value]) => [name, value.replace('__PORT__', port)]),
    );
    for (const path of ['/api/say', '/api/click']) {
      const answer = await act(url, path, hello, headers);
      expect([answer.status, codeOf(answer.json)]).toEqual([403, 'ERR_CONSOLE_ORIGIN']);
    }
    for (const path of [
      '/api/session',
      '/api/messages?channel=it-ops&as=operator',
      '/api/stream?channel=it-ops&as=operator',
    ]) {
      const answer = await rawRequest(url, 'GET', path, { headers });
      expect([answer.status, codeOf(answer.json)]).toEqual([403, 'ERR_CONSOLE_ORIGIN']);
    }
    expect(bench.core.invocations).toEqual([]);
  });

  test('an address typed by hand may read, but not act', async () => {
    const headers = { 'sec-fetch-site': 'none' };
    expect((await rawRequest(url, 'GET', '/api/session', { headers })).status).toBe(200);
    expect((await act(url, '/api/say', hello, headers)).status).toBe(403);
  });

  test('what a form of another site could post is refused: no custom header, or no JSON', async () => {
    const body = JSON.stringify(hello);
    const bare = await rawRequest(url, 'POST', '/api/say', { body, headers: { 'content-type': 'application/json' } });
    expect([bare.status, codeOf(bare.json)]).toEqual([403, 'ERR_CONSOLE_HEADER']);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const answer = await rawRequest(url, 'POST', '/api/say', {
        body,
        headers: { ...actHeaders, 'content-type': type },
      });
      expect([answer.status, codeOf(answer.json)]).toEqual([415, 'ERR_CONSOLE_MEDIA']);
    }
    expect(bench.core.invocations).toEqual([]);
  });

  test('a preflight is not answered', async () => {
    const answer = await rawRequest(url, 'OPTIONS', '/api/say', {
      headers: { origin: 'https://evil.example', 'access-control-request-headers': 'x-oob-console' },
    });
    expect(answer.status).toBe(405);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('every answer forbids foreign scripts and frames', async () => {
    for (const path of ['/', '/api/session', '/nothing', '/vendor/adaptivecards.js']) {
      const { headers } = await rawRequest(url, 'GET', path);
      expect(headers['content-security-policy']).toContain("default-src 'self'; style-src 'self' 'unsafe-inline'");
      expect(headers['content-security-policy']).not.toMatch(/script-src|unsafe-eval/);
      expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' });
    }
  });

  test('the page has no script of its own inside', async () => {
    for (const path of ['/', '/login']) {
      const { body } = await rawRequest(url, 'GET', path);
      expect(body).not.toMatch(/<script(?![^>]*\ssrc=)/);
      expect(body).not.toMatch(/\son\w+=/);
    }
  });

  test.each([
    '/../package.json',
    '/page/../index.ts',
    '/page/%2e%2e/index.ts',
    '/vendor/../../package.json',
    '/page/index.html',
    '/constructor',
  ])('no other file can be asked for: %s', async (path) => {
    expect((await rawRequest(url, 'GET', path)).status).toBe(404);
  });
});

describe('what is said', () => {
  let bench: ConsoleBench;
  let url: string;
  beforeAll(async () => {
    bench = await startConsole();
    url = bench.adapter.url;
  });
  afterAll(() => bench.adapter.stop());

  test('5 MB are refused and the server goes on', async () => {
    const answer = await act(url, '/api/say', { ...hello, text: 'x'.repeat(5 * 1024 * 1024) });
    expect([answer.status, codeOf(answer.json)]).toEqual([413, 'ERR_CONSOLE_TOO_LARGE']);
    expect((await rawRequest(url, 'GET', '/api/session')).status).toBe(200);
  });

  test('5 MB without a length are refused', async () => {
    const answer = await rawRequest(url, 'POST', '/api/say', {
      headers: { ...actHeaders, 'transfer-encoding': 'chunked' },
      body: JSON.stringify({ ...hello, text: 'x'.repeat(5 * 1024 * 1024) }),
    });
    expect([answer.status, codeOf(answer.json)]).toEqual([413, 'ERR_CONSOLE_TOO_LARGE']);
  });

  test('4,000 characters are a command, 4,001 are none', async () => {
    // The widest JSON escapes: the limit on bytes must not come first.
    const wide = '\u0001'.repeat(3990);
    const fits = await act(url, '/api/say', { ...hello, text: `help ${wide}` });
    expect(fits.status).toBe(200);
    const tooLong = await act(url, '/api/say', { ...hello, text: 'x'.repeat(4001) });
    expect([tooLong.status, codeOf(tooLong.json)]).toEqual([400, 'ERR_CONSOLE_TOO_LONG']);
  });

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a channel missing', '{"as":"operator","text":"help"}'],
    ['an unknown key', '{"as":"operator","channel":"it-ops","text":"help","role":"admin"}'],
    ['a person who is a number', '{"as":7,"channel":"it-ops","text":"help"}'],
    ['the service as the speaker', '{"as":"oob","channel":"it-ops","text":"help"}'],
    ['markup as the speaker', '{"as":"<b>","channel":"it-ops","text":"help"}'],
    ['nobody as the speaker', '{"channel":"it-ops","text":"help"}'],
  ])('%s is refused', async (_what, body) => {
    const before = bench.core.invocations.length;
    const answer = await rawRequest(url, 'POST', '/api/say', { headers: actHeaders, body });
    expect([answer.status, codeOf(answer.json)]).toEqual([400, 'ERR_CONSOLE_BODY']);
    expect(bench.core.invocations.length).toBe(before);
  });

  test('a channel that is not configured does not exist', async () => {
    const answer = await act(url, '/api/say', { ...hello, channel: 'board-room' });
    expect([answer.status, codeOf(answer.json)]).toEqual([404, 'ERR_CONSOLE_CHANNEL']);
    const read = await rawRequest(url, 'GET', '/api/messages?channel=board-room&as=operator');
    expect(read.status).toBe(404);
  });

  test('in the demo a stranger reaches the core under the name given', async () => {
    await act(url, '/api/say', { ...hello, as: 'stranger' });
    expect(bench.core.invocations.at(-1)?.account).toEqual({ platform: 'console', tenant: 'local', user: 'stranger' });
  });

  test('a command cannot turn the line around or steer anything', async () => {
    await act(url, '/api/say', { ...hello, text: 'hosts \u202egpj\u001b[31m' });
    const { body } = await rawRequest(url, 'GET', '/api/messages?channel=it-ops&as=operator');
    expect(body).toContain('/oob hosts gpj[31m');
    expect(body).not.toMatch(/\\u202e|\\u001b|\u202e/);
  });

  test('when the store is down nothing is half done, and no detail comes out', async () => {
    const before = bench.core.invocations.length;
    bench.log.setDown(true);
    const answer = await act(url, '/api/say', hello);
    bench.log.setDown(false);
    expect([answer.status, codeOf(answer.json)]).toEqual([503, 'ERR_CONSOLE_STORE']);
    expect(answer.body).not.toContain('database');
    expect(bench.core.invocations.length).toBe(before);
    expect(bench.logged.at(-1)).toContain('a request to the console failed');
  });
});

describe('private messages', () => {
  let bench: ConsoleBench;
  let url: string;
  beforeEach(async () => {
    bench = await startConsole();
    url = bench.adapter.url;
  });
  afterEach(() => bench.adapter.stop());

  test('reach the one reader and nobody else: list, stream, click and file', async () => {
    const mine = await openStream(url, '/api/stream?channel=it-ops&as=operator&after=0');
    const theirs = await openStream(url, '/api/stream?channel=it-ops&as=approver&after=0');
    await act(url, '/api/say', { ...hello, text: 'powron host42' });
    await bench.core.settled();
    await mine.until(() => mine.raw().includes('Did you mean'));
    // Something later that both see: had the private one leaked, it would have come before.
    await act(url, '/api/say', { as: 'approver', channel: 'it-ops', text: 'reset marker' });
    await theirs.until(() => theirs.raw().includes('/oob reset marker'));
    expect(theirs.raw()).not.toContain('Did you mean');
    expect(theirs.raw()).not.toContain('act_run');

    const list = (as: string) => rawRequest(url, 'GET', `/api/messages?channel=it-ops&as=${as}`);
    expect((await list('operator')).body).toContain('act_run');
    expect((await list('approver')).body).not.toContain('act_run');
    const after = await rawRequest(url, 'GET', '/api/messages?channel=it-ops&as=approver&after=0');
    expect(after.body).not.toContain('act_run');

    const hidden = mine.messages.find((message) => message.text === null)?.number ?? 0;
    expect(hidden).toBeGreaterThan(0);
    const before = bench.core.invocations.length;
    const clicked = await act(url, '/api/click', {
      as: 'approver',
      channel: 'it-ops',
      action: 'act_run',
      message: hidden,
    });
    expect([clicked.status, codeOf(clicked.json)]).toEqual([404, 'ERR_CONSOLE_MESSAGE']);
    const file = await rawRequest(url, 'GET', `/api/attachment/${hidden}?channel=it-ops&as=approver`);
    expect(file.status).toBe(404);
    expect(bench.core.invocations.length).toBe(before);
    mine.close();
    theirs.close();
  });

  test('a reconnect after a private message of somebody else does not show it', async () => {
    await act(url, '/api/say', { ...hello, text: 'powron host42' });
    await bench.core.settled();
    const stream = await openStream(url, '/api/stream?channel=it-ops&as=approver', { 'last-event-id': '1' });
    await stream.until(() => stream.raw().includes('caught-up'));
    expect(stream.messages).toEqual([]);
    stream.close();
  });
});

describe('where it listens', () => {
  const consoleAt = (host: string, port: number) =>
    createConsoleAdapter({
      listen: { host, port },
      log: { append: async () => 1, replace: async () => true, changes: async () => [], latest: async () => [] },
      clock: { now: () => new Date(), sleep: async () => {} },
      channels: [],
      people: [],
      mode: { kind: 'demo' },
      pages: noPages,
      logger: quietLogger,
    });

  test.each(['0.0.0.0', '::', '192.0.2.1', 'evil.example', '127.0.0.1.evil.example', ''])(
    'never on "%s"',
    async (host) => {
      await expect(consoleAt(host, 0).start(async () => {})).rejects.toMatchObject({
        code: 'ERR_CONSOLE_NOT_LOOPBACK',
      });
    },
  );

  test('a taken port is told with what to do', async () => {
    const bench = await startConsole();
    const port = Number(new URL(bench.adapter.url).port);
    const second = consoleAt('127.0.0.1', port);
    await expect(second.start(async () => {})).rejects.toMatchObject({
      code: 'ERR_CONSOLE_LISTEN',
      message: expect.stringContaining(`Port ${port} of 127.0.0.1 is taken`),
    });
    await second.stop();
    await bench.adapter.stop();
  });
});
