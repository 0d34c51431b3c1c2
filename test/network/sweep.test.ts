import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { afterEach, describe, expect, test } from '@jest/globals';
import { presencePingWith, readPong } from '../../adapters/network/rmcp.ts';
import { createPresenceSweep } from '../../adapters/network/sweep.ts';
import { createFleet, type Fleet } from '../../lab/fleet.ts';

const port = 7_623;
const never = new AbortController().signal;
const sweep = createPresenceSweep(port);
const fleets: Fleet[] = [];

async function fleet(options: Parameters<typeof createFleet>[0]): Promise<Fleet> {
  const made = await createFleet({ rmcpPort: port, persona: 'amt-15.0', ...options });
  fleets.push(made);
  await made.start();
  return made;
}

afterEach(async () => {
  for (const one of fleets.splice(0)) await one.stop();
});

/** 4,096 addresses from 127.24.16.0 on: a /20. */
const wholeRange = Array.from({ length: 4_096 }, (_, at) => `127.24.${16 + (at >> 8)}.${at & 255}`);
/** The pong of an AMT 9.1, provisioned, with both ports; `enterprise` in place of Intel's number. */
function pongOf(enterprise: number, tag = 7): Buffer {
  const packet = Buffer.from('060000060000 11be40070010000001574160910681200000000000 00'.replaceAll(' ', ''), 'hex');
  packet[9] = tag;
  packet.writeUInt32BE(enterprise, 12);
  return packet;
}

describe('a pong', () => {
  test('is read as the specification lays it out', () => {
    expect(readPong(pongOf(343), 7)).toEqual({
      kind: 'amt',
      pong: { port: 0x4160, bothPorts: true, version: '9.1', provisioningState: 'post' },
    });
  });
  test('the trap of a tautological check: a controller of another maker (DASH) is not AMT', () => {
    expect(readPong(pongOf(4_413), 7)).toEqual({ kind: 'foreign' });
    // Numbers that share three of the four bytes with Intel's.
    for (const near of [0x57, 0x0100_0157, 0x0001_0157, 0x0000_0057, 0x0000_0156])
      expect(readPong(pongOf(near), 7)).toEqual({ kind: 'foreign' });
  });
  test('what is cut off, answers another ping, or is no pong, is nothing', () => {
    expect(readPong(pongOf(343, 8), 7)).toEqual({ kind: 'noise' });
    expect(readPong(pongOf(343).subarray(0, 27), 7)).toEqual({ kind: 'noise' });
    expect(readPong(presencePingWith(7), 7)).toEqual({ kind: 'noise' });
    expect(readPong(Buffer.alloc(0), 7)).toEqual({ kind: 'noise' });
  });
});

describe("beside MeshCentral's scanner", () => {
  type Report = (tag: number, minor: number, major: number, state: number, openPort: number, both: boolean) => void;
  interface Scanner {
    buildRmcpPing(tag: number): Buffer;
    parseRmcpPacket(data: Buffer, from: unknown, server: number, report: Report, user: unknown): void;
  }
  const make: unknown = createRequire(import.meta.url)(
    '../../.peers/node_modules/meshcentral/amtscanner.js',
  ).CreateAmtScanner;
  const scanner = (typeof make === 'function' ? make({}) : null) as Scanner;
  const theirs = (packet: Buffer) => {
    const heard: unknown[] = [];
    scanner.parseRmcpPacket(packet, {}, 0, (...said) => heard.push(said.slice(0, 6)), null);
    return heard;
  };

  test('our ping is theirs, byte by byte', () => {
    for (const tag of [0, 7, 254]) expect(presencePingWith(tag)).toEqual(scanner.buildRmcpPing(tag));
  });
  test('it reads the same from a pong of AMT; and takes a foreign one for AMT, which we do not', () => {
    expect(theirs(pongOf(343))).toEqual([[7, 1, 9, 2, 0x4160, true]]);
    expect(theirs(pongOf(4_413))).toHaveLength(1);
  });
  test('it understands the pongs of the lab', async () => {
    const lab = await fleet({ devices: 1, firstAddress: '127.24.9.1', persona: 'amt-9.1' });
    const socket = createSocket('udp4');
    socket.send(presencePingWith(9), port, lab.devices[0]?.address);
    const [packet] = (await once(socket, 'message')) as [Buffer];
    socket.close();
    expect(theirs(packet)).toEqual([[9, 1, 9, 2, 16_993, true]]);
  });
});

describe('a sweep', () => {
  test('4,096 addresses with 300 PCs: all are found, none is invented, within the rate', async () => {
    const lab = await fleet({ devices: 300, firstAddress: '127.24.20.1', foreign: ['127.24.30.7', '127.24.30.8'] });
    const beganMs = performance.now();
    const told: number[] = [];
    const { pongs, foreign, packets } = await sweep(
      { addresses: wholeRange, ratePerSecond: 4_000, tries: 2, waitMs: 300 },
      never,
      (count) => told.push(count),
    );
    const seconds = (performance.now() - beganMs) / 1_000;
    expect(pongs.map(({ address }) => address).sort()).toEqual(lab.devices.map(({ address }) => address).sort());
    expect(pongs[0]).toMatchObject({ port: 16_993, bothPorts: true, version: null, provisioningState: 'post' });
    expect([...foreign].sort()).toEqual(['127.24.30.7', '127.24.30.8']);
    expect(packets).toBe(4_096 + 4_096 - 302);
    expect(packets / seconds).toBeLessThanOrEqual(4_000);
    expect(told.at(-1)).toBe(packets);
  });
  test('a signal ends it at once', async () => {
    const control = new AbortController();
    const swept = sweep({ addresses: wholeRange, ratePerSecond: 10, tries: 2, waitMs: 60_000 }, control.signal, () =>
      control.abort(new Error('stopped')),
    );
    await expect(swept).rejects.toThrow('stopped');
  });
  test('firmware that closed UDP is not heard, and an answer of somebody who was not asked is not listened to', async () => {
    await fleet({ devices: 1, firstAddress: '127.24.9.1', persona: 'amt-16.1' });
    await fleet({ devices: 1, firstAddress: '127.24.9.2' });
    const question = { addresses: ['127.24.9.1'], ratePerSecond: 1_000, tries: 1, waitMs: 100 };
    expect((await sweep(question, never)).pongs).toEqual([]);
  });
});
