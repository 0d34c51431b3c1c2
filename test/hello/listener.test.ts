import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createHelloListener, type HelloListenerOptions } from '../../adapters/hello/index.ts';
import { createSourceGate } from '../../adapters/hello/source-limits.ts';
import { createFleet } from '../../lab/fleet.ts';
import type { HelloListener, ReceivedHello } from '../../src/ports/hello/hello.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { recordingLogger } from '../store/testing.ts';
import { helloBytes } from './hello-bytes.ts';

const host = '127.21.42.1';
const real = helloBytes();
let listener: HelloListener | undefined;
afterEach(() => listener?.close());

/** A listener, what it took, and a way to wait for the next. */
async function listening(over: Partial<HelloListenerOptions> = {}) {
  const logger = recordingLogger();
  const taken: ReceivedHello[] = [];
  let wake = () => {};
  listener = createHelloListener({
    listen: { host, port: 0 },
    clock: systemClock,
    logger,
    receive: async (hello) => {
      taken.push(hello);
      wake();
    },
    ...over,
  });
  const port = await listener.start();
  const has = async (count: number) => {
    while (taken.length < count)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  const open = async (localAddress = '127.21.42.9'): Promise<Socket> => {
    const socket = connect({ host, port, localAddress });
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  const faults = () => logger.lines.map(({ fields }) => fields.kind);
  return { port, taken, has, open, faults, logger };
}

const closed = (socket: Socket) => (socket.destroyed ? Promise.resolve() : once(socket.resume(), 'close'));

describe('the listener', () => {
  test('takes a real hello, whole or byte by byte, with the address that it came from', async () => {
    const { taken, has, open } = await listening();
    (await open('127.21.42.8')).end(real);
    await has(1);
    const slow = await open();
    slow.setNoDelay(true);
    for (const byte of real) if (!slow.write(Buffer.from([byte]))) await once(slow, 'drain');
    await has(2);
    expect(taken.map(({ address }) => address)).toEqual(['127.21.42.8', '127.21.42.9']);
    expect(taken[0]?.roots).toEqual(taken[1]?.roots);
    await closed(slow);
  });

  test('takes one of two on a connection, and ends it without a word', async () => {
    const { taken, has, open } = await listening();
    const socket = await open();
    let said = 0;
    socket.on('data', (bytes: Buffer) => {
      said += bytes.length;
    });
    socket.write(Buffer.concat([real, real]));
    await has(1);
    await closed(socket);
    expect([taken.length, said]).toEqual([1, 0]);
  });

  test.each([
    ['a hello cut short', real.subarray(0, 500), 'too_short'],
    ['an unknown version', Buffer.from(`01000400${real.toString('hex', 4)}`, 'hex'), 'unknown_version'],
    ['somebody who speaks TLS', Buffer.from('16030100c8010000c40303'.padEnd(80, '0'), 'hex'), 'unknown_version'],
  ])('drops %s, and logs its begin', async (_what, bytes, fault) => {
    const { taken, open, faults, logger } = await listening();
    const socket = await open();
    socket.end(bytes);
    await closed(socket);
    expect(faults()).toEqual([fault]);
    expect(logger.lines[0]?.fields.sample).toBe(bytes.toString('hex', 0, 32));
    expect(taken).toEqual([]);
  });

  test('waits for nobody for long', async () => {
    const { open, faults } = await listening({ timeoutMs: 30 });
    const socket = await open();
    socket.write(real.subarray(0, 100));
    await closed(socket);
    expect(faults()).toEqual(['too_slow']);
  });

  test('a flood from one address is cut off and fills no log; another address is heard', async () => {
    const limits = { perMinutePerSource: 5 };
    const { taken, has, open, faults } = await listening({ limits });
    for (let count = 0; count < 40; count += 1) {
      const socket = await open();
      socket.end(real);
      await closed(socket);
    }
    (await open('127.21.42.7')).end(real);
    await has(6);
    expect(taken.map(({ address }) => address)).toEqual([...Array(5).fill('127.21.42.9'), '127.21.42.7']);
    expect(faults()).toEqual(['too_often']);
  });

  test('connections that are held open are bounded, also while a slow store has them', async () => {
    let release = () => {};
    const store = new Promise<void>((resolve) => {
      release = resolve;
    });
    const begun: string[] = [];
    const { open, faults } = await listening({
      limits: { connectionsPerSource: 2 },
      receive: async ({ address }) => {
        begun.push(address);
        await store;
      },
    });
    const held = await open();
    const sent = await open();
    sent.end(real);
    await closed(sent);
    const surplus = await open();
    await closed(surplus);
    expect([begun.length, faults()]).toEqual([1, ['too_often']]);
    held.destroy();
    release();
  });

  test('a store that fails loses the hello, not the listener', async () => {
    let calls = 0;
    const { open, logger } = await listening({
      receive: async () => {
        calls += 1;
        throw new Error('no database');
      },
    });
    for (let count = 0; count < 2; count += 1) {
      const socket = await open();
      socket.end(real);
      await closed(socket);
    }
    expect(calls).toBe(2);
    expect(logger.lines.map(({ message }) => message)).toEqual(Array(2).fill('a hello could not be kept'));
  });

  test('hears every PC of a bare-metal fleet from its own address', async () => {
    const { port, taken, has } = await listening();
    const fleet = await createFleet({
      devices: 12,
      firstAddress: '127.21.43.1',
      persona: 'mixed',
      ports: { plain: undefined, tls: undefined },
      bare: { hosts: 'all', server: { host, port } },
    });
    await fleet.start();
    await has(12);
    await fleet.stop();
    expect(new Set(taken.map(({ address }) => address))).toEqual(new Set(fleet.devices.map(({ address }) => address)));
    expect(new Set(taken.map(({ uuid }) => uuid)).size).toBe(12);
  });
});

describe('the memory of addresses', () => {
  const limits = { connections: 10, connectionsPerSource: 1, perMinute: 1_000, perMinutePerSource: 2, sources: 100 };
  test('is bounded; whoever is remembered stays so until quiet', () => {
    const gate = createSourceGate(limits);
    const enter = (address: string, atMs: number) => {
      const isIn = gate.enter(address, atMs);
      if (isIn) gate.leave(address);
      return isIn;
    };
    const first = Array.from({ length: 300 }, (_, index) => enter(`10.0.0.${index}`, 0));
    expect(first.filter(Boolean)).toHaveLength(100);
    expect(gate.size()).toBe(100);
    expect([enter('10.0.0.0', 1), enter('10.0.0.0', 2)]).toEqual([true, false]);
    expect(enter('10.9.9.9', 60_001)).toBe(true);
    expect(gate.size()).toBe(100);
    expect(enter('10.0.0.0', 60_002)).toBe(true);
  });
});
