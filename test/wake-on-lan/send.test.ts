import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createWakeOnLan } from '../../adapters/wake-on-lan/index.ts';
import { magicPacket } from '../../adapters/wake-on-lan/magic-packet.ts';
import { WakeError, type WakePackets } from '../../src/ports/network/wake-on-lan.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createOtherNetwork, whyNoOtherNetwork } from './other-network.ts';

const mac = '02:00:00:00:00:2a';
const body = `${'ff'.repeat(6)}${'02000000002a'.repeat(16)}`;
const packets: WakePackets = {
  mac,
  secureOn: null,
  addresses: ['127.78.0.1'],
  ports: [40_007, 40_009],
  count: 2,
  gapMs: 100,
  interface: null,
};
const never = new AbortController().signal;
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Sockets on these ports; `take` gives `PORT HEX` of the datagrams in order of arrival. */
async function listen(address: string, ports: readonly number[]) {
  const got: string[] = [];
  let wake = () => {};
  for (const port of ports) {
    const socket = createSocket('udp4');
    socket.on('message', (bytes) => {
      got.push(`${port} ${bytes.toString('hex')}`);
      wake();
    });
    const bound = once(socket, 'listening');
    socket.bind(port, address);
    await bound;
    closing.push(() => socket.close());
  }
  return async (count: number) => {
    while (got.length < count)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    return got.toSorted();
  };
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => {
      throw new Error('it was sent');
    },
    (error: unknown) => (error instanceof WakeError ? { code: error.code, evidence: error.evidence } : error),
  );

describe('the magic packet', () => {
  test('six bytes FF, sixteen times the address (AMD white paper 20213)', () => {
    expect(magicPacket(mac, null).toString('hex')).toBe(body);
    expect(magicPacket('02-00-00-00-00-2A', null).toString('hex')).toBe(body);
  });
  test('a SecureOn password of 4 or 6 bytes follows', () => {
    expect(magicPacket(mac, Uint8Array.of(192, 168, 1, 2)).toString('hex')).toBe(`${body}c0a80102`);
    expect(magicPacket(mac, Uint8Array.of(1, 2, 3, 4, 5, 6)).toString('hex')).toBe(`${body}010203040506`);
    expect(magicPacket(mac, Uint8Array.of(1, 2, 3, 4, 5, 6))).toHaveLength(108);
  });
  test.each(['', '02:00:00:00:00', '02:00:00:00:00:2g', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:01'])(
    'refused: %s',
    (wrong) => expect(() => magicPacket(wrong, null)).toThrow(WakeError),
  );
  test('a SecureOn password of another length is refused', () =>
    expect(() => magicPacket(mac, Uint8Array.of(1, 2, 3, 4, 5))).toThrow('4 or 6 bytes, not 5'));
});

describe('sending', () => {
  test('to each port, as often as asked, with the gap in between', async () => {
    const take = await listen('127.78.0.1', [40_007, 40_009]);
    const clock = createFakeClock();
    expect(await createWakeOnLan({ clock }).send(packets, never)).toBe(4);
    expect(await take(4)).toEqual([`40007 ${body}`, `40007 ${body}`, `40009 ${body}`, `40009 ${body}`]);
    expect(clock.slept).toEqual([100]);
  });

  test('setBroadcast: a bare socket is refused with EACCES, ours is not', async () => {
    const bare = createSocket('udp4');
    closing.push(() => bare.close());
    const error = await new Promise((resolve) => bare.send('x', 40_009, '127.255.255.255', resolve));
    expect(error).toMatchObject({ code: 'EACCES' });
    const take = await listen('127.255.255.255', [40_009]);
    await createWakeOnLan({ clock: createFakeClock() }).send(
      { ...packets, addresses: ['127.255.255.255'], ports: [40_009], count: 1 },
      never,
    );
    expect(await take(1)).toEqual([`40009 ${body}`]);
  });

  test('from the named interface', async () => {
    const socket = createSocket('udp4');
    closing.push(() => socket.close());
    socket.bind(40_009, '127.78.0.1');
    await once(socket, 'listening');
    const came = once(socket, 'message');
    const interfaces = () => ({ out: [entry('10.99.0.1', '255.255.255.0'), entry('127.78.0.9', '255.255.0.0')] });
    const sender = createWakeOnLan({ clock: createFakeClock(), interfaces });
    await sender.send({ ...packets, interface: 'out', ports: [40_009], count: 1 }, never);
    // Of its two addresses the one in the subnet of the PC.
    expect((await came)[1]).toMatchObject({ address: '127.78.0.9' });
  });

  test('an interface that is not there: says which are', async () => {
    const sender = createWakeOnLan({ clock: createFakeClock() });
    expect(await failureOf(sender.send({ ...packets, interface: 'eth9' }, never))).toEqual({
      code: 'no_such_interface',
      evidence: [expect.stringMatching(/^there is no interface eth9; there are lo \(127\.0\.0\.1\)/)],
    });
  });

  test('no route: typed, with the address', async () => {
    const sender = createWakeOnLan({ clock: createFakeClock() });
    // From a loopback address nothing leaves the machine; the kernel says EINVAL or ENETUNREACH.
    const interfaces = () => ({ lo: [entry('127.0.0.1', '255.0.0.0')] });
    const bound = createWakeOnLan({ clock: createFakeClock(), interfaces });
    expect(
      await failureOf(bound.send({ ...packets, interface: 'lo', addresses: ['203.0.113.9'] }, never)),
    ).toMatchObject({
      code: expect.stringMatching(/^(no_route|send_failed)$/),
      evidence: [expect.stringContaining('203.0.113.9')],
    });
    expect(await failureOf(sender.send({ ...packets, addresses: ['no-such-pc.invalid'] }, never))).toMatchObject({
      code: 'name_not_found',
    });
  });

  test('one address of several that fails does not keep the others from it', async () => {
    const take = await listen('127.78.0.1', [40_009]);
    const sender = createWakeOnLan({ clock: createFakeClock() });
    const addresses = ['no-such-pc.invalid', '127.78.0.1'];
    expect(await sender.send({ ...packets, addresses, ports: [40_009], count: 1 }, never)).toBe(1);
    expect(await take(1)).toHaveLength(1);
  });

  test('stops between two rounds', async () => {
    const control = new AbortController();
    const clock = { ...createFakeClock(), sleep: async () => control.abort(new Error('stopped')) };
    await expect(createWakeOnLan({ clock }).send({ ...packets, count: 9 }, control.signal)).rejects.toThrow('stopped');
  });
});

const entry = (address: string, netmask: string) => ({
  address,
  netmask,
  family: 'IPv4' as const,
  mac: '00:00:00:00:00:00',
  internal: false,
  cidr: null,
});

const hint = whyNoOtherNetwork();
const there = hint === null ? test : test.skip;

describe('another network', () => {
  there(`a directed broadcast arrives, with SecureOn, on 7 and 9${hint ? ` (skipped: ${hint})` : ''}`, async () => {
    const network = createOtherNetwork();
    closing.push(() => network.close());
    const receiver = await network.receive([7, 9]);
    const sender = createWakeOnLan({ clock: systemClock });
    const sent = await sender.send(
      {
        mac,
        secureOn: Uint8Array.of(1, 2, 3, 4, 5, 6),
        addresses: ['10.77.0.255'],
        ports: [7, 9],
        count: 2,
        gapMs: 1,
        interface: network.interface,
      },
      never,
    );
    expect(sent).toBe(4);
    const secured = `${body}010203040506`;
    expect((await receiver.take(4)).toSorted()).toEqual([
      `7 ${secured}`,
      `7 ${secured}`,
      `9 ${secured}`,
      `9 ${secured}`,
    ]);
  });
});
