import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTokenLookup } from '../../adapters/console/index.ts';
import { runSay, type SayOptions } from '../../src/cli/say.ts';
import { type ConsoleBench, startConsole } from '../console/console-bench.ts';
import { act } from '../console/raw-request.ts';

/** What was printed, and a way to wait for it. */
function createScreen() {
  const lines: string[] = [];
  let wake: () => void = () => {};
  return {
    lines,
    out: (text: string) => {
      lines.push(text);
      wake();
    },
    until: async (seen: () => boolean) => {
      while (!seen()) {
        await new Promise<void>((next) => {
          wake = next;
        });
      }
    },
  };
}

describe('oob say', () => {
  let bench: ConsoleBench;
  let screen: ReturnType<typeof createScreen>;
  beforeEach(async () => {
    bench = await startConsole();
    screen = createScreen();
  });
  afterEach(() => bench.adapter.stop());

  const say = (text: string, more: Partial<SayOptions> = {}) =>
    runSay({
      url: bench.adapter.url,
      as: 'operator',
      channel: 'it-ops',
      text,
      json: false,
      wait: false,
      out: screen.out,
      ...more,
    });

  test('0: follows the one card to its end, each state once, the last one whole', async () => {
    const code = say('poweron host42');
    await screen.until(() => screen.lines.length === 1);
    bench.core.goOn();
    await screen.until(() => screen.lines.length === 2);
    bench.core.goOn();
    expect(await code).toBe(0);
    expect(screen.lines).toEqual([
      '◐ host42: planned power on',
      '◐ host42 (madrid): waking ...',
      '✔ host42 is on, verified after 2.1 s (was off; AMT 15.0; TLS)\n  req_1 · asked by Operator',
    ]);
  });

  test('0: a plain answer needs no outcome', async () => {
    expect(await say('/oob help')).toBe(0);
    expect(screen.lines).toEqual([expect.stringContaining('● What you may do here')]);
  });

  test('1: a device failed, and the reason is shown', async () => {
    expect(await say('reset host17')).toBe(1);
    expect(screen.lines.join('\n')).toMatch(/✖ host17 did not restart\n {2}AMT accepted .*\n {2}Seen {2}power 8/);
  });

  test('1: many PCs, of which some failed: bar in between, table and file at the end', async () => {
    const code = say('poweron site:madrid');
    await screen.until(() => screen.lines.length === 1);
    bench.core.goOn();
    await screen.until(() => screen.lines.length === 2);
    bench.core.goOn();
    expect(await code).toBe(1);
    expect(screen.lines[1]).toBe(
      '◐ Waking 100 PCs in madrid: 61 on, 2 failed\n  ███████████████░░░░░░░░░ 61 of 100, 2 failed. Waiting for 37 more PCs'.replace(
        '███████████████░',
        '██████████████▓░',
      ),
    );
    expect(screen.lines[2]).toContain('host77  madrid  unreachable');
    expect(screen.lines[2]).toContain('[Retry 5]');
    const address = /File: req_9a1c\.csv \([\d,]+ bytes\) (\S+)/.exec(screen.lines[2] ?? '')?.[1] ?? '';
    expect(await (await fetch(address)).text()).toContain('host0,madrid,done');
  });

  test('2: not understood, with the suggestion', async () => {
    expect(await say('powron host42')).toBe(2);
    expect(screen.lines[0]).toContain('There is no powron. Did you mean /oob poweron host42?');
    expect(screen.lines[0]).toContain('[Run it]');
  });

  test('2: the service failed inside, and says so without details', async () => {
    expect(await say('crash')).toBe(2);
    expect(screen.lines[0]).toContain('internal_refusal');
    expect(screen.lines[0]).not.toContain('hunter2');
  });

  test('2: a channel that does not exist', async () => {
    expect(await say('help', { channel: 'board-room' })).toBe(2);
    expect(screen.lines).toEqual(['✖ There is no such channel.']);
  });

  test('3: waits for an approval, with the buttons named', async () => {
    expect(await say('poweroff host42')).toBe(3);
    expect(screen.lines[0]).toContain('▲ Plan: power off of host42. Needs 1 approval');
    expect(screen.lines[0]).toContain('[Approve] [Deny] [Withdraw]');
  });

  test('3 becomes 0 when it waits to the end and somebody approves', async () => {
    const code = say('poweroff host42', { wait: true });
    await screen.until(() => screen.lines.length === 1);
    const click = { as: 'approver', channel: 'it-ops', action: 'act_approve', message: 2 };
    expect((await act(bench.adapter.url, '/api/click', click)).status).toBe(200);
    expect(await code).toBe(0);
    expect(screen.lines[1]).toContain('✔ host42 is off, verified after 3.4 s');
  });

  test('two at the same time follow their own cards only', async () => {
    const other = createScreen();
    const first = say('poweron host1');
    await screen.until(() => screen.lines.length === 1);
    const second = say('reset host2', { out: other.out });
    expect(await second).toBe(1);
    bench.core.goOn();
    await screen.until(() => screen.lines.length === 2);
    bench.core.goOn();
    expect(await first).toBe(0);
    expect(screen.lines.join('\n')).not.toContain('host17');
    expect(other.lines.join('\n')).not.toContain('host1:');
  });

  test('as JSON: one object per state, with outcome and view', async () => {
    const code = say('poweron host42', { json: true });
    await screen.until(() => screen.lines.length === 1);
    bench.core.goOn();
    await screen.until(() => screen.lines.length === 2);
    bench.core.goOn();
    expect(await code).toBe(0);
    const states = screen.lines.map((line) => JSON.parse(line));
    expect(states.map(({ outcome }) => outcome)).toEqual(['working', 'working', 'done']);
    expect(states[2]).toMatchObject({ message: 2, thread: null, private: false, view: { tone: 'good' } });
    expect(new Set(states.map(({ message }) => message)).size).toBe(1);
  });

  test('goes on through a restart of the service without losing a state', async () => {
    const port = Number(new URL(bench.adapter.url).port);
    const code = say('poweron host42');
    await screen.until(() => screen.lines.length === 1);
    await bench.adapter.stop();
    // The card is edited while nobody is connected.
    bench.core.goOn();
    await bench.restart(port);
    await screen.until(() => screen.lines.length === 2);
    bench.core.goOn();
    expect(await code).toBe(0);
    expect(screen.lines).toHaveLength(3);
  });
});

describe('oob say against something else', () => {
  let server: Server | null = null;
  const lines: string[] = [];
  const out = (text: string) => lines.push(text);
  const options = { as: 'operator', channel: 'it-ops', text: 'help', json: false, wait: false, out } as const;
  beforeEach(() => {
    lines.length = 0;
  });
  afterEach(() => {
    server?.close();
    server = null;
  });

  test('4: nobody there, and how to start it', async () => {
    expect(await runSay({ ...options, url: 'http://127.0.0.1:9' })).toBe(4);
    expect(lines).toEqual([expect.stringMatching(/Nothing answers at http:\/\/127\.0\.0\.1:9\..*\n.*npm run demo/s)]);
  });

  test('4: nobody there, as JSON', async () => {
    expect(await runSay({ ...options, url: 'http://127.0.0.1:9', json: true })).toBe(4);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: { code: 'ERR_CONSOLE_UNREACHABLE' } });
  });

  test('4: another web server, which gets no token after a redirect', async () => {
    const seen: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      seen.push(request.url);
      response.writeHead(request.url === '/api/say' ? 307 : 200, { location: '/elsewhere' }).end('<html>');
    });
    server = other;
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : 0;
    expect(await runSay({ ...options, url: `http://127.0.0.1:${port}`, token: 'a-token-of-24-characters' })).toBe(4);
    expect(seen).toEqual(['/api/say']);
  });

  test('2: a token never leaves this machine unencrypted', async () => {
    expect(await runSay({ ...options, url: 'http://oob.example:8080', token: 'a-token-of-24-characters' })).toBe(2);
    expect(lines.join()).toContain('unencrypted');
    expect(lines.join()).not.toContain('a-token');
  });

  test('2: an address that is none', async () => {
    expect(await runSay({ ...options, url: 'the console' })).toBe(2);
  });

  test('2 and 0: a wrong token, and a right one without a name', async () => {
    const tokens = createTokenLookup([{ person: 'operator', token: 'operator-0123456789abcdef' }]);
    const bench = await startConsole({ mode: { kind: 'token', tokens } });
    const { url } = bench.adapter;
    expect(await runSay({ ...options, url, token: 'operator-0123456789abcdee' })).toBe(2);
    expect(lines).toEqual(['✖ A valid token is needed.']);
    expect(await runSay({ ...options, url, as: null, token: 'operator-0123456789abcdef' })).toBe(0);
    expect(bench.core.invocations.map(({ account }) => account.user)).toEqual(['operator']);
    await bench.adapter.stop();
  });
});
