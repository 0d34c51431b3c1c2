/** The entrance stands on the internet: what comes there, how much, how slowly. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import type { Agent, AgentFarewell } from '../../src/ports/provisioning/agents.ts';
import { undoAt } from '../support/undo.ts';
import { type Entrance, host, openEntrance } from './agent-site.ts';

const undo = undoAt(afterEach);

const nobody = async (): Promise<AgentFarewell> => ({ ok: false, text: 'No.' });

async function open(...given: Parameters<typeof openEntrance>): Promise<Entrance> {
  const entrance = await openEntrance(...given);
  undo.push(() => entrance.close());
  return entrance;
}

const activation = (more: object = {}, method = 'activate --profile desks') =>
  JSON.stringify({
    method,
    protocolVersion: '4.0.0',
    payload: Buffer.from(
      JSON.stringify({ ver: '15.0.23', uuid: '4c4c4544-0046-3610-8047-b4c04f564433', currentMode: 0, ...more }),
    ).toString('base64'),
  });

/** Connects, sends what is given, and tells what came back until the end. */
async function talk(url: string, texts: readonly (string | Buffer)[]) {
  const socket = new WebSocket(url);
  const heard: string[] = [];
  socket.on('message', (data: Buffer) => heard.push(data.toString('utf8')));
  socket.on('error', () => {});
  await once(socket, 'open');
  for (const text of texts) socket.send(text);
  const [code] = await once(socket, 'close');
  return { code: Number(code), heard };
}

/** The status line that an upgrade is answered with. */
async function ask(url: string, path: string, headers = ''): Promise<string> {
  const socket = connect(Number(new URL(url).port), host);
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`,
  );
  const [data] = await once(socket, 'data');
  socket.destroy();
  return String(data).split('\r\n')[0] ?? '';
}

describe('the entrance', () => {
  test('is at its path alone, and not for web pages', async () => {
    const { url } = await open(nobody);
    expect(await ask(url, '/agent')).toContain('101');
    expect(await ask(url, '/agent?x=1')).toContain('101');
    for (const path of ['/', '/agents', '/agent/', '//agent', '/slack/events'])
      expect(await ask(url, path)).toContain('404');
    expect(await ask(url, '/agent', 'Origin: https://evil.example\r\n')).toContain('403');
  });

  test('an agent is heard, and told how it ended', async () => {
    const agents: Agent[] = [];
    const { url } = await open(async (agent) => {
      agents.push(agent);
      return { ok: false, text: 'Not known here.' };
    });
    const { code, heard } = await talk(url, [activation()]);
    expect(code).toBe(1000);
    expect(heard.map((one) => JSON.parse(one))).toMatchObject([
      { method: 'error', status: 'failed', message: '{"Status":"Not known here."}' },
    ]);
    expect(agents).toMatchObject([{ key: 'desks', facts: { address: expect.stringMatching(/^127\./) } }]);
  });

  test.each<[string, string | Buffer]>([
    ['no JSON', 'hello'],
    ['bytes', Buffer.from(activation())],
    ['deactivate', activation({}, 'deactivate --password secret')],
    ['a reply that nobody asked for', '{"method":"connect","protocolVersion":"4.0.0"}'],
    ['another protocol', activation().replace('4.0.0', '2.0.0')],
    ['a long introduction', activation({ hostname: 'x'.repeat(70_000) })],
  ])('%s: told, closed, never seen by the desk', async (_what, text) => {
    let seen = 0;
    const { url, logger } = await open(async () => {
      seen += 1;
      return { ok: true, text: '' };
    });
    const { heard } = await talk(url, [text]);
    expect(heard.map((one) => JSON.parse(one))).toMatchObject([{ method: 'error' }]);
    expect(seen).toBe(0);
    expect(JSON.stringify(logger.lines)).not.toContain('secret');
  });

  test('a message beyond all measure ends the connection', async () => {
    const { url } = await open(nobody);
    expect((await talk(url, ['x'.repeat(300_000)])).code).toBe(1009);
  });

  test('who says nothing is sent away', async () => {
    const { url } = await open(nobody, { timeouts: { introductionMs: 50 } });
    const { heard } = await talk(url, []);
    expect(heard.map((one) => JSON.parse(one))).toMatchObject([{ method: 'error' }]);
  });

  test('a second introduction on the same connection is none', async () => {
    const { url } = await open(
      (agent) => new Promise((resolve) => agent.gone.addEventListener('abort', () => resolve({ ok: false, text: '' }))),
    );
    const { code, heard } = await talk(url, [activation(), activation()]);
    expect(code).toBe(1006);
    expect(heard).toEqual([]);
  });

  test('an agent that answers no heartbeat is gone', async () => {
    const gone: boolean[] = [];
    const { url } = await open(
      (agent) =>
        new Promise((resolve) =>
          agent.gone.addEventListener('abort', () => {
            gone.push(true);
            resolve({ ok: false, text: '' });
          }),
        ),
      { timeouts: { heartbeatMs: 20 } },
    );
    const { code, heard } = await talk(url, [activation()]);
    expect(code).toBe(1006);
    expect(heard.length).toBeGreaterThan(0);
    for (const one of heard) expect(JSON.parse(one)).toMatchObject({ method: 'heartbeat_request' });
    while (gone.length === 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test('so many and no more', async () => {
    const { url, logger } = await open(nobody, { connections: 1 });
    const first = new WebSocket(url);
    await once(first, 'open');
    expect(await ask(url, '/agent')).toContain('503');
    expect(logger.lines).toMatchObject([{ fields: { messages: { too_many: 1 } } }]);
    first.terminate();
  });

  test('when the service stops, agents are told so, and what was under way with them ends first', async () => {
    const events: string[] = [];
    const entrance = await openEntrance(async (agent) => {
      events.push('received');
      await new Promise((resolve) => agent.gone.addEventListener('abort', resolve));
      events.push('put away');
      return { ok: false, text: '' };
    });
    const talked = talk(entrance.url, [activation()]);
    while (events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await entrance.close();
    expect(events).toEqual(['received', 'put away']);
    expect((await talked).heard.map((one) => JSON.parse(one))).toMatchObject([
      { method: 'error', message: expect.stringContaining('stopping') },
    ]);
  });
});
