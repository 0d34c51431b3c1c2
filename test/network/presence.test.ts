import { once } from 'node:events';
import { access, chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createPresenceProbe } from '../../adapters/network/presence.ts';
import type { PresenceQuestion } from '../../src/ports/network/presence.ts';
import { temporaryDirectory } from '../store/testing.ts';

const host = '127.79.0.1';
const question: PresenceQuestion = { host, tcpPorts: [40_445], refusedCounts: true, ping: false, timeoutMs: 300 };
const never = new AbortController().signal;
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listening(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).listen(port, host);
  closing.push(() => server.close());
  await once(server, 'listening');
  return server;
}

/** A port that the kernel takes no connection for any more, as a PC that sleeps. */
async function deaf(address: string): Promise<void> {
  const shared = new SharedArrayBuffer(4);
  const worker = new Worker(new URL('../amt/deaf-port.ts', import.meta.url), { workerData: { host: address, shared } });
  closing.push(async () => {
    Atomics.notify(new Int32Array(shared), 0);
    await worker.terminate();
  });
  await once(worker, 'message');
}

/** A program in the place of `ping`: answers with this text and exit code, and writes its arguments into a file. */
async function pingThat(text: string, code: number) {
  const { path, remove } = await temporaryDirectory();
  closing.push(remove);
  const program = join(path, 'ping');
  await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${path}/asked'\necho '${text}'\nexit ${code}\n`);
  await chmod(program, 0o755);
  // A program ends by itself: on a busy machine that takes its time.
  const echo: PresenceQuestion = { ...question, tcpPorts: [], ping: true, timeoutMs: 20_000 };
  return { program, asked: join(path, 'asked'), echo };
}

describe('presence', () => {
  test('a port that answers', async () => {
    await listening(40_445);
    expect(await createPresenceProbe().look(question, never)).toEqual({
      isUp: true,
      by: 'TCP 40445',
      evidence: ['TCP 40445 answers'],
    });
  });

  test('refused counts as alive: something sent the reset', async () => {
    expect(await createPresenceProbe().look(question, never)).toMatchObject({ isUp: true, by: 'TCP 40445 (refused)' });
  });

  test('unless it is told not to', async () => {
    expect(await createPresenceProbe().look({ ...question, refusedCounts: false }, never)).toEqual({
      isUp: false,
      by: null,
      evidence: ['TCP 40445 refuses connections'],
    });
  });

  test('silent is not alive', async () => {
    await deaf('127.79.0.2');
    const asked = { ...question, host: '127.79.0.2', tcpPorts: [16_992] };
    expect(await createPresenceProbe().look(asked, never)).toEqual({
      isUp: false,
      by: null,
      evidence: ['TCP 16992 gave no answer'],
    });
  });

  test('whichever answers first: it does not wait for the silent one', async () => {
    await deaf(host);
    await listening(40_445);
    const asked = { ...question, tcpPorts: [16_992, 40_445], timeoutMs: 60_000 };
    expect(await createPresenceProbe().look(asked, never)).toMatchObject({ isUp: true, by: 'TCP 40445' });
  });

  test('a name that DNS does not know', async () => {
    const seen = await createPresenceProbe().look(
      { ...question, host: 'no-such-pc.invalid', timeoutMs: 10_000 },
      never,
    );
    expect(seen).toMatchObject({ isUp: false, evidence: [expect.stringMatching(/^TCP 40445: E(NOTFOUND|AI_AGAIN)$/)] });
  });

  test('ping: asked for one echo, without a shell', async () => {
    const { program, asked, echo } = await pingThat('64 bytes from 127.79.0.1: icmp_seq=1 ttl=64 time=0.02 ms', 0);
    const seen = await createPresenceProbe({ pingProgram: program }).look(echo, never);
    expect(seen).toEqual({ isUp: true, by: 'ping', evidence: ['ping was answered'] });
    expect((await readFile(asked, 'utf8')).trim().split('\n').at(-1)).toBe(host);
  });

  test('ping: exit code 0 with "unreachable" from a router, as on Windows, is no answer', async () => {
    const { program, echo } = await pingThat('Reply from 10.0.0.1: Destination host unreachable.', 0);
    const seen = await createPresenceProbe({ pingProgram: program }).look(echo, never);
    expect(seen).toMatchObject({ isUp: false, evidence: ['ping was not answered'] });
  });

  test('ping absent: says so, and the other looks count', async () => {
    const probe = createPresenceProbe({ pingProgram: '/nowhere/ping' });
    expect(await probe.look({ ...question, tcpPorts: [], ping: true }, never)).toEqual({
      isUp: false,
      by: null,
      evidence: ['there is no ping program on this machine'],
    });
    expect(await probe.look({ ...question, ping: true }, never)).toMatchObject({ isUp: true });
  });

  test.each(['-f', '$(id)', 'a b', '--flood'])('ping: %s never reaches the program', async (name) => {
    const { program, asked } = await pingThat('ttl=1', 0);
    const probe = createPresenceProbe({ pingProgram: program });
    expect(await probe.look({ ...question, host: name, tcpPorts: [], ping: true }, never)).toMatchObject({
      isUp: false,
    });
    await expect(access(asked)).rejects.toThrow('ENOENT');
  });

  test('cut off: rejects with the reason', async () => {
    await deaf('127.79.0.3');
    const control = new AbortController();
    const look = createPresenceProbe().look(
      { ...question, host: '127.79.0.3', tcpPorts: [16_992], timeoutMs: 60_000 },
      control.signal,
    );
    control.abort(new Error('stopping'));
    await expect(look).rejects.toThrow('stopping');
  });
});
