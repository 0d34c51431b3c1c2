import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rawRequest } from '../console/raw-request.ts';
import { type PagesBench, startPages, tokenOf } from './pages-bench.ts';

let bench: PagesBench;
let url: string;
const path = '/site?name=madrid&step=3';

beforeAll(async () => {
  bench = await startPages();
  await bench.add('madrid', ['host1']);
  url = bench.console.adapter.url;
}, 60_000);
afterAll(() => bench.stop());

const post = (where: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>) =>
  rawRequest(url, 'POST', where, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });
const login = (token: string, to: string) =>
  post('/login', { token }, { origin: url, referer: `${url}/login?${new URLSearchParams({ to })}` });
const cookieOf = (header: string[] | undefined) => header?.[0]?.split(';')[0] ?? '';

describe('signing in for a page', () => {
  test('leads to the page, at its step', async () => {
    const answer = await login(tokenOf('olga'), path);
    expect([answer.status, answer.headers.location]).toEqual([303, `${path}#step-3`]);
    const page = await rawRequest(url, 'GET', path, { headers: { cookie: cookieOf(answer.headers['set-cookie']) } });
    expect(page.status).toBe(200);
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  });

  test('a wrong token is asked for once more, and the page is not forgotten', async () => {
    const answer = await login('wrong-0123456789abcdef', '/pc?name=host1');
    expect(answer.headers.location).toBe(`/login?${new URLSearchParams({ to: '/pc?name=host1' })}#wrong`);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test.each([
    '//evil.example/site?name=x',
    'https://evil.example/sites',
    '/\\evil.example',
    'javascript:alert(1)',
    '/nowhere',
  ])('never leads elsewhere: %s', async (to) => {
    expect((await login(tokenOf('olga'), to)).headers.location).toBe('/');
  });

  test('a link in a foreign page brings no cookie: the page asks for itself once more', async () => {
    const answer = await bench.get(path, null, { 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('content="0; url=/site?name=madrid&amp;step=3#step-3"');
    expect((await bench.get(path, null, { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  });
});

describe('the buttons', () => {
  const command = { channel: 'it-ops', text: 'checklist verify 3 site:madrid', request: 'req-12345678' };
  const signedIn = async () => ({
    cookie: cookieOf((await login(tokenOf('olga'), path)).headers['set-cookie']),
  });

  test('say the command as who is signed in, once however often they are sent', async () => {
    const { body } = await bench.get(path, 'olga');
    expect(body).toContain('<input type="hidden" name="text" value="checklist verify 3 site:madrid">');
    const headers = { ...(await signedIn()), origin: url };
    for (const _ of [1, 2]) {
      const answer = await post('/say', command, headers);
      expect([answer.status, answer.headers.location]).toEqual([303, '/']);
    }
    const said = bench.console.core.invocations.map(({ key, account, what }) => [key, account.user, what]);
    expect(said).toEqual(
      Array(2).fill(['console:say:olga:req-12345678', 'olga', { kind: 'command', text: command.text }]),
    );
    const shown = await bench.console.log.latest('it-ops', 50);
    expect(shown.filter(({ text }) => text === `/oob ${command.text}`)).toHaveLength(1);
  });

  test.each([
    ['nobody who is signed in', {}, 401],
    ['a form of another site', { origin: 'https://evil.example' }, 403],
    ['a browser that says it is another site', { 'sec-fetch-site': 'cross-site' }, 403],
  ])('%s says nothing', async (_who, more: Readonly<Record<string, string>>, status) => {
    const before = bench.console.core.invocations.length;
    const who = status === 401 ? {} : await signedIn();
    const answer = await post('/say', command, { ...who, origin: url, ...more });
    expect(answer.status).toBe(status);
    expect(bench.console.core.invocations).toHaveLength(before);
  });

  test('without an origin nothing is said', async () => {
    expect((await post('/say', command, await signedIn())).status).toBe(403);
  });

  test('nobody speaks for somebody else, nor in a channel that is not there', async () => {
    const headers = { ...(await signedIn()), origin: url };
    expect((await post('/say', { ...command, as: 'mia' }, headers)).status).toBe(403);
    expect((await post('/say', { ...command, channel: 'nowhere' }, headers)).status).toBe(404);
    expect((await post('/say', { ...command, more: 'x' }, headers)).status).toBe(400);
  });
});
