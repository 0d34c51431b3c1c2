import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from '@jest/globals';
import { endpointAt, errorOf, impatient, openGateway, type TestGateway } from './conversation.ts';
import {
  answerStandard,
  askedFor,
  chunkedReply,
  envelope,
  type Responder,
  send,
  sendAndClose,
  startWireDevice,
  type WireDevice,
  type WireOptions,
  type WireRequest,
  withDigest,
} from './wire-device.ts';

const host = '127.22.2.1';
const open: Array<{ close: () => Promise<void> }> = [];

async function device(respond: Responder, options: Partial<WireOptions> = {}): Promise<WireDevice> {
  const made = await startWireDevice({ host, ...options }, respond);
  open.push(made);
  return made;
}

function opened(options: Parameters<typeof openGateway>[0] = {}): TestGateway {
  const made = openGateway(options);
  open.push(made.gateway);
  return made;
}

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Answers as `usual`, but leaves the first `times` requests of that kind to `special`. */
function specially(
  asked: string,
  times: number,
  special: (request: WireRequest) => void,
): (request: WireRequest) => void {
  const usual = answerStandard();
  let left = times;
  return (request) => {
    if (!askedFor(request).startsWith(asked) || left === 0) return usual(request);
    left -= 1;
    return special(request);
  };
}

const silence = () => {};
const hangUp = (request: WireRequest) => void request.socket.destroy();
const halfReply = (request: WireRequest) => {
  const whole = chunkedReply(envelope('<g:X><g:PowerState>2</g:PowerState></g:X>'));
  sendAndClose(request, whole.slice(0, Math.floor(whole.length / 2)));
};
const emptyRefusal = (request: WireRequest) =>
  sendAndClose(request, 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');

describe('one connection, one request', () => {
  test('conversations with one device queue behind each other, in order', async () => {
    let inFlight = 0;
    let most = 0;
    const standard = answerStandard();
    const wire = await device(
      withDigest((request) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        setImmediate(() => {
          inFlight -= 1;
          standard(request);
        });
      }),
    );
    const { run } = opened();
    const order: number[] = [];
    await Promise.all(
      [0, 1, 2, 3, 4].map((number) =>
        run(endpointAt(host), async (session) => {
          await Promise.all([session.readPower(), session.readPower()]);
          order.push(number);
        }),
      ),
    );
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(1);
    expect(wire.mostAtOnce()).toBe(1);
    expect(wire.requests).toHaveLength(11);
  });

  test('different devices do not wait for each other', async () => {
    const other = '127.22.2.2';
    const held: WireRequest[] = [];
    await device((request) => void held.push(request));
    open.push(await startWireDevice({ host: other }, answerStandard()));
    const { run } = opened();
    const slow = run(endpointAt(host), (session) => session.readPower());
    await expect(run(endpointAt(other), (session) => session.readPower())).resolves.toMatchObject({ state: 8 });
    for (const request of held) answerStandard()(request);
    await expect(slow).resolves.toMatchObject({ state: 8 });
  });

  test('an unused connection is closed and its place in memory given back', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await device(answerStandard(), {
      onConnection: (socket: Socket) => {
        closed = once(socket, 'close');
      },
    });
    const { run } = opened({ timeouts: { idleConnectionMs: 50 } });
    await run(endpointAt(host), (session) => session.readPower());
    await closed;
    await expect(run(endpointAt(host), (session) => session.readPower())).resolves.toMatchObject({ state: 8 });
  });

  test('work that does not wait for its own request: the next conversation finds the line free', async () => {
    let inFlight = 0;
    let most = 0;
    const wire = await device((request) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      request.socket.once('close', () => {
        inFlight -= 1;
      });
      if (wire.requests.length > 1) answerStandard()(request);
    });
    const { run } = opened();
    let left: Promise<unknown> = Promise.resolve();
    await run(endpointAt(host), async (session) => {
      left = errorOf(session.readPower());
      while (wire.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    });
    await expect(left).resolves.toMatchObject({ code: 'cancelled' });
    await run(endpointAt(host), (session) => session.readPower());
    expect(most).toBe(1);
  });

  test('a session used after its conversation is over is refused', async () => {
    await device(answerStandard());
    const { run } = opened();
    const kept = await run(endpointAt(host), async (session) => session);
    expect((await errorOf(kept.readPower())).code).toBe('cancelled');
  });
});

describe('a sleeping ME is not a failure', () => {
  test('first request lost: the read is sent again and answered', async () => {
    const wire = await device(specially('Get', 2, silence));
    const { run } = opened({ timeouts: { firstReplyTimeoutMs: 400 } });
    await expect(run(endpointAt(host), (session) => session.readPower())).resolves.toMatchObject({ state: 8 });
    expect(wire.requests).toHaveLength(3);
    expect(wire.mostAtOnce()).toBe(1);
  });

  test('first packets lost: connecting is tried again until the device wakes', async () => {
    const sleeper = '127.22.2.3';
    const shared = new SharedArrayBuffer(4);
    const worker = new Worker(new URL('./deaf-port.ts', import.meta.url), { workerData: { host: sleeper, shared } });
    await once(worker, 'message');
    const seen: string[] = [];
    const { run } = opened({
      timeouts: { connectTimeoutMs: 100, wakeWindowMs: 10_000 },
      logger: {
        debug: (fields) => {
          seen.push(String(fields.result));
          // Two attempts were lost: now the device wakes up.
          if (seen.length === 2)
            Atomics.notify(new Int32Array(shared), 0, Atomics.add(new Int32Array(shared), 0, 1) + 1);
        },
      },
    });
    try {
      await expect(run(endpointAt(sleeper), (session) => session.readPower())).resolves.toMatchObject({ state: 2 });
    } finally {
      await worker.terminate();
    }
    expect(seen.slice(0, 2)).toEqual(['no connection within 0.1 s', 'no connection within 0.1 s']);
    expect(seen.at(-1)).toBe('HTTP 200');
  });

  test('a device that stays silent: no_answer, with the attempts as evidence', async () => {
    const wire = await device(silence);
    const { run } = opened({ timeouts: impatient });
    const error = await errorOf(run(endpointAt(host), (session) => session.readPower()));
    expect(error).toMatchObject({ code: 'no_answer', mayHaveActed: false });
    expect(error.evidence[0]).toBe('127.22.2.1:16992: no reply within 0.4 s');
    expect(error.evidence[1]).toMatch(/^\d+ attempts in \d\.\d s$/);
    expect(wire.requests.length).toBeGreaterThan(1);
  });
});

describe('an act is never repeated', () => {
  test.each([
    ['no answer', silence, 'no_answer'],
    ['hung up at once', hangUp, 'connection_dropped'],
    ['dropped mid-reply', halfReply, 'connection_dropped'],
  ])('%s: it may have acted, and was sent once', async (_name, special, code) => {
    const wire = await device(withDigest(specially('RequestPowerStateChange', 9, special)));
    const { run } = opened({ timeouts: { replyTimeoutMs: 400 } });
    const error = await errorOf(run(endpointAt(host), (session) => session.requestPower(2)));
    expect(error).toMatchObject({ code, mayHaveActed: true });
    expect(wire.requests.filter((one) => askedFor(one).startsWith('RequestPower'))).toHaveLength(1);
  });

  test('400 with an empty body (mps#661): refused, so nothing was done, and not repeated', async () => {
    const wire = await device(withDigest(specially('RequestPowerStateChange', 9, emptyRefusal)));
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.requestPower(2)));
    expect(error).toMatchObject({ code: 'device_overloaded', mayHaveActed: false });
    expect(wire.requests.filter((one) => askedFor(one).startsWith('RequestPower'))).toHaveLength(1);
  });

  test('an answer that can not be read: it may have acted', async () => {
    const broken = (request: WireRequest) => send(request, chunkedReply('<a:Envelope>'));
    await device(withDigest(specially('RequestPowerStateChange', 9, broken)));
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.requestPower(2)));
    expect(error).toMatchObject({ code: 'protocol_error', mayHaveActed: true });
  });

  test('an answer without ReturnValue: it may have acted', async () => {
    const body = envelope('<g:RequestPowerStateChange_OUTPUT></g:RequestPowerStateChange_OUTPUT>');
    await device(withDigest(specially('RequestPowerStateChange', 9, (request) => send(request, chunkedReply(body)))));
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.requestPower(2)));
    expect(error).toMatchObject({ code: 'protocol_error', mayHaveActed: true });
  });

  test('it does not go into a connection that idled: that one may be dead without a trace', async () => {
    const wire = await device(withDigest(answerStandard()));
    const { run } = opened({ timeouts: { freshConnectionMs: 20 } });
    await run(endpointAt(host), async (session) => {
      await session.readPower();
      await new Promise((resolve) => setTimeout(resolve, 30));
      await session.requestPower(2);
    });
    const [read, act] = wire.requests.slice(-2);
    expect(act?.connection).toBe((read?.connection ?? 0) + 1);
  });

  test('cancelled while on its way: it may have acted', async () => {
    const control = new AbortController();
    await device(withDigest(specially('RequestPowerStateChange', 9, () => control.abort(new Error('stop')))));
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.requestPower(2), control.signal));
    expect(error).toMatchObject({ code: 'cancelled', mayHaveActed: true });
  });
});

describe('a read is repeated once', () => {
  test.each([
    ['hung up at once', hangUp, 'connection_dropped'],
    ['dropped mid-reply', halfReply, 'connection_dropped'],
    ['400 with an empty body (mps#661)', emptyRefusal, 'device_overloaded'],
  ])('%s', async (_name, special, code) => {
    const wire = await device(specially('Get', 1, special));
    const { run } = opened();
    await expect(run(endpointAt(host), (session) => session.readPower())).resolves.toMatchObject({ state: 8 });
    expect(wire.requests).toHaveLength(2);
    await wire.close();

    const always = await device(specially('Get', 9, special));
    const error = await errorOf(run(endpointAt(host, { deviceId: 'dev_other' }), (session) => session.readPower()));
    expect(error).toMatchObject({ code, mayHaveActed: false });
    expect(always.requests).toHaveLength(2);
  });

  test('a connection that the device closed while unused is no failure', async () => {
    const sockets: Socket[] = [];
    await device(withDigest(answerStandard()), { onConnection: (socket) => void sockets.push(socket) });
    const { run } = opened();
    await run(endpointAt(host), async (session) => {
      await session.readPower();
      for (const socket of sockets) socket.destroy();
      await expect(session.readPower()).resolves.toMatchObject({ state: 8 });
    });
  });
});

describe('ports', () => {
  test('plain port refused and TLS port open: plain_port_closed (AMT 16.1 and later)', async () => {
    await device(silence, { port: 16_993 });
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.readPower()));
    expect(error.code).toBe('plain_port_closed');
    expect(error.evidence).toEqual(['127.22.2.1:16992 refused the connection', '127.22.2.1:16993 (TLS) is open']);
  });

  test('both refused: connection_refused', async () => {
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.readPower()));
    expect(error.code).toBe('connection_refused');
    expect(error.evidence[1]).toBe('127.22.2.1:16993 is not open either');
  });

  test('TLS port refused and plain port open: refused, and it says that TLS is not set up', async () => {
    await device(silence);
    const { run } = opened();
    const endpoint = endpointAt(host, { tls: 'pinned', certificateFingerprint: 'ab'.repeat(32) });
    const error = await errorOf(run(endpoint, (session) => session.readPower()));
    expect(error.code).toBe('connection_refused');
    expect(error.evidence[1]).toBe('127.22.2.1:16992 (plain HTTP) is open');
  });

  test('a port of one’s own tells nothing about another', async () => {
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host, { port: 9 }), (session) => session.readPower()));
    expect(error).toMatchObject({ code: 'connection_refused', evidence: ['127.22.2.1:9: the connection was refused'] });
  });

  test('a name that does not exist', async () => {
    const { run } = opened();
    const error = await errorOf(run(endpointAt('no-such-host.invalid'), (session) => session.readPower()));
    expect(error.code).toBe('name_not_found');
  });

  test('an address that is none', async () => {
    const { run } = opened();
    expect((await errorOf(run(endpointAt('bad host\r\n'), (session) => session.readPower()))).code).toBe(
      'name_not_found',
    );
  });
});

describe('stopping', () => {
  test('a signal ends waiting for one’s turn, and leaves the others their place', async () => {
    const standard = answerStandard();
    const held: WireRequest[] = [];
    await device((request) => void (held.length === 0 ? held.push(request) : standard(request)));
    const { run } = opened();
    const control = new AbortController();
    const first = run(endpointAt(host), (session) => session.readPower());
    const second = errorOf(run(endpointAt(host), (session) => session.readPower(), control.signal));
    const third = run(endpointAt(host), (session) => session.readPower());
    control.abort(new Error('enough'));
    expect((await second).code).toBe('cancelled');
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    for (const request of held) standard(request);
    await expect(Promise.all([first, third])).resolves.toHaveLength(2);
  });

  test('a signal that is already aborted: no traffic', async () => {
    const wire = await device(answerStandard());
    const { run } = opened();
    expect((await errorOf(run(endpointAt(host), (s) => s.readPower(), AbortSignal.abort()))).code).toBe('cancelled');
    expect(wire.connections()).toBe(0);
  });

  test('a signal ends a connection attempt and a wake-up pause', async () => {
    await device(silence);
    const { run } = opened({ timeouts: { firstReplyTimeoutMs: 100, wakePauseMs: 60_000, wakeWindowMs: 120_000 } });
    const control = new AbortController();
    const waiting = errorOf(run(endpointAt(host), (session) => session.readPower(), control.signal));
    setTimeout(() => control.abort(), 250);
    expect((await waiting).code).toBe('cancelled');
  });

  test('close ends conversations under way and refuses new ones', async () => {
    const wire = await device(silence);
    const { run, gateway } = opened();
    const waiting = errorOf(run(endpointAt(host), (session) => session.readPower()));
    while (wire.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await gateway.close();
    expect((await waiting).code).toBe('cancelled');
    expect((await errorOf(run(endpointAt(host), (session) => session.readPower()))).code).toBe('cancelled');
  });
});
