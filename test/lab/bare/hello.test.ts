import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { helloGapsMs } from '../../../lab/bare/hello-schedule.ts';
import { createFleet, type Fleet, type FleetOptions } from '../../../lab/fleet.ts';
import { readOptions } from '../../../lab/options.ts';

/** Three recorded hellos begin like this. */
const recordedHead = '0100030000000000';

let server: Server | undefined;
let fleet: Fleet | undefined;
afterEach(async () => {
  await fleet?.stop();
  server?.close();
});

/** The first `wanted` hellos that a fleet sends, with the address that each came from. */
async function hellos(wanted: number, options: FleetOptions & { readonly bare: NonNullable<FleetOptions['bare']> }) {
  const got: { from: string; bytes: Buffer }[] = [];
  await new Promise<void>((resolve, reject) => {
    server = createServer((socket) => {
      const parts: Buffer[] = [];
      const from = socket.remoteAddress ?? '';
      socket.on('error', () => {});
      socket.on('data', (bytes: Buffer) => parts.push(bytes));
      socket.on('end', () => {
        got.push({ from, bytes: Buffer.concat(parts) });
        if (got.length >= wanted) resolve();
      });
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server?.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      createFleet({ ...options, bare: { ...options.bare, server: { host: '127.0.0.1', port } } })
        .then((made) => {
          fleet = made;
          return made.start();
        })
        .catch(reject);
    });
  });
  return got;
}
const nowhere = { host: '127.0.0.1', port: 1 };

describe('hellos', () => {
  test('come once a minute for five minutes, every five minutes for an hour, once an hour for 23 hours', () => {
    const minutes = helloGapsMs.map((gapMs) => gapMs / 60_000);
    expect(minutes.filter((gap) => gap === 1)).toHaveLength(5);
    expect(minutes.filter((gap) => gap === 5).reduce((sum, gap) => sum + gap, 0)).toBe(60);
    expect(minutes.filter((gap) => gap === 60)).toHaveLength(23);
    expect(minutes).toEqual([...minutes].sort((a, b) => a - b));
  });

  test('of version 3 are like recorded ones: SHA-256 of each root, 25 + 34 n bytes', async () => {
    const root = Buffer.from('a root of the house');
    const [hello] = await hellos(1, {
      firstAddress: '127.21.41.1',
      persona: 'amt-16.1',
      bare: { hosts: 'all', server: nowhere, roots: [root] },
    });
    expect(hello?.from).toBe('127.21.41.1');
    expect(hello?.bytes.toString('hex', 0, 8)).toBe(recordedHead);
    expect(hello?.bytes.toString('hex', 8, 24).toUpperCase()).toBe(fleet?.device('host1').uuid);
    expect(hello?.bytes.length).toBe(25 + 34 * 24);
    const expected = createHash('sha256').update(root).digest('hex');
    expect(hello?.bytes.toString('hex', 24, 24 + 1 + 34)).toBe(`180220${expected}`);
  });

  test('count their retries as the schedule goes on, and stop with the fleet', async () => {
    const got = await hellos(4, {
      firstAddress: '127.21.41.2',
      bare: { hosts: 'all', server: nowhere, helloSpeed: 6_000 },
    });
    expect(got.slice(0, 4).map(({ bytes }) => bytes.readUInt32LE(4))).toEqual([0, 1, 2, 3]);
    expect(fleet?.device('host1').factory?.hellosSent).toBeGreaterThanOrEqual(4);
  });

  test('of version 2 end with a PID of eight characters; of old firmware alone', async () => {
    const [hello] = await hellos(1, {
      firstAddress: '127.21.41.3',
      persona: 'amt-9.1',
      bare: { hosts: 'all', server: nowhere, helloVersion: 2 },
    });
    expect(hello?.bytes.length).toBe(32);
    expect(hello?.bytes.toString('ascii', 24)).toMatch(/^[0-9A-F]{8}$/);
    await expect(
      createFleet({ persona: 'amt-15.0', bare: { hosts: 'all', server: nowhere, helloVersion: 2 } }),
    ).rejects.toThrow('no PSK');
  });

  test('of a bad vendor all have one UUID', async () => {
    const got = await hellos(3, {
      devices: 3,
      firstAddress: '127.21.41.4',
      bare: { hosts: 'all', server: nowhere, sameUuid: true },
    });
    expect(new Set(got.map(({ bytes }) => bytes.toString('hex', 8, 24))).size).toBe(1);
    expect(new Set(got.map(({ from }) => from)).size).toBe(3);
  });

  test('are asked for by options', () => {
    expect(
      readOptions(['--bare', 'host1,host3', '--hello-server', '127.0.0.9:19971', '--hello-speed', '60']),
    ).toMatchObject({
      bare: { hosts: ['host1', 'host3'], server: { host: '127.0.0.9', port: 19_971 }, helloSpeed: 60, helloVersion: 3 },
    });
    expect(() => readOptions(['--bare', 'all', '--hello-server', 'nowhere'])).toThrow('--hello-server');
    expect(readOptions([])).not.toHaveProperty('bare');
  });
});
