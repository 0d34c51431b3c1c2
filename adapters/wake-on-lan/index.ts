import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../../src/ports/clock.ts';
import { WakeError, type WakeOnLan, type WakePackets } from '../../src/ports/network/wake-on-lan.ts';
import { magicPacket } from './magic-packet.ts';
import { ownAddress } from './own-address.ts';

/** Sends magic packets over UDP/IPv4. Sockets are shared by those who send at the same time, and closed with the last. */
export function createWakeOnLan(deps: {
  readonly clock: Clock;
  readonly interfaces?: typeof networkInterfaces;
}): WakeOnLan {
  const { clock, interfaces = networkInterfaces } = deps;
  const sockets = new Map<string, { users: number; readonly socket: Promise<Socket> }>();

  async function withSocket<T>(address: string, work: (socket: Socket) => Promise<T>): Promise<T> {
    const shared = sockets.get(address) ?? { users: 0, socket: openSocket(address) };
    sockets.set(address, shared);
    shared.users += 1;
    try {
      return await work(await shared.socket);
    } finally {
      shared.users -= 1;
      if (shared.users === 0) {
        sockets.delete(address);
        await shared.socket.then(
          (socket) => socket.close(),
          () => {},
        );
      }
    }
  }

  /** One round: to each address on each port. Some may fail, as unicast to a PC that no ARP answers for does; not all. */
  async function round(packet: Buffer, packets: WakePackets): Promise<number> {
    const targets = packets.addresses.flatMap((address) => packets.ports.map((port) => ({ address, port })));
    const sent = await Promise.allSettled(
      targets.map(({ address, port }) => {
        const own = packets.interface === null ? '0.0.0.0' : ownAddress(interfaces(), packets.interface, address);
        return withSocket(own, (socket) => sendTo(socket, packet, address, port));
      }),
    );
    const failures = sent.flatMap((one) => (one.status === 'rejected' ? [wakeErrorOf(one.reason)] : []));
    const [first] = failures;
    // What nobody can mend by waiting is said at once, also when another address worked.
    const grave = failures.find(({ code }) => code === 'no_such_interface' || code === 'broadcast_refused');
    if (grave) throw grave;
    if (first && failures.length === targets.length) throw first;
    return targets.length - failures.length;
  }

  return {
    async send(packets, signal) {
      const packet = magicPacket(packets.mac, packets.secureOn);
      if (packets.addresses.length === 0) throw new WakeError('bad_address', ['there is no address to send to']);
      let handed = 0;
      for (let turn = 0; turn < packets.count; turn += 1) {
        if (turn > 0) await clock.sleep(packets.gapMs, signal);
        signal.throwIfAborted();
        handed += await round(packet, packets);
      }
      return handed;
    },
  };
}

async function openSocket(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  const bound = once(socket, 'listening');
  socket.bind({ address, port: 0, exclusive: true });
  await bound;
  // Without it Linux refuses a broadcast address with EACCES.
  socket.setBroadcast(true);
  // Errors come back through send; one between two sends must not end the process.
  socket.on('error', () => {});
  return socket;
}

function sendTo(socket: Socket, packet: Buffer, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(packet, port, address, (error) => {
      if (error) reject(wakeErrorOf(error, `${address}:${port}`));
      else resolve();
    });
  });
}

const unroutable = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EHOSTDOWN']);

function wakeErrorOf(error: unknown, target = 'the network'): WakeError {
  if (error instanceof WakeError) return error;
  const found: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  const code = typeof found === 'string' ? found : 'no code';
  const failed = (kind: WakeError['code'], what: string) =>
    new WakeError(kind, [`${what} (${code})`], { cause: error });
  if (code === 'EACCES' || code === 'EPERM')
    return failed('broadcast_refused', `sending to ${target} is not allowed here`);
  if (unroutable.has(code)) return failed('no_route', `there is no route to ${target}`);
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return failed('name_not_found', `DNS does not know ${target}`);
  return failed('send_failed', `sending to ${target} failed`);
}
