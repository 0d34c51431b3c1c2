import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { AmtPong, PresenceSweep } from '../../src/ports/discovery/presence-sweep.ts';
import { presencePingWith, readPong, rmcpPort } from './rmcp.ts';

/** Packets go out in small bursts this long apart: a timer of Node is no finer. */
const burstEveryMs = 10;
/** No address, no route, a firewall of this machine, a full queue: this one packet is lost, as on the wire. */
const isLoss = (error: unknown) => error instanceof Error && 'code' in error;

/**
 * Makes the sweep. One socket, one entry per address that answered, whatever the range: an address that was not asked in this sweep, or
 * that answers from another port, is not listened to. `port`: where devices listen; for tests.
 */
export function createPresenceSweep(port: number = rmcpPort): PresenceSweep {
  return async ({ addresses, ratePerSecond, tries, waitMs }, signal, onPacket = () => {}) => {
    signal.throwIfAborted();
    const asked = new Set(addresses);
    const pongs = new Map<string, AmtPong>();
    const foreign = new Set<string>();
    const tag = randomInt(0, 255);
    const ping = presencePingWith(tag);
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1_048_576 });
    socket.on('message', (packet, from) => {
      if (from.port !== port || !asked.has(from.address)) return;
      const heard = readPong(packet, tag);
      if (heard.kind === 'amt') pongs.set(from.address, { address: from.address, ...heard.pong });
      if (heard.kind === 'foreign') foreign.add(from.address);
    });
    let packets = 0;
    try {
      socket.bind(0);
      await once(socket, 'listening', { signal });
      // Errors of single packets come to their callbacks too.
      socket.on('error', () => {});
      for (let turn = 0; turn < tries; turn += 1) {
        const silent = addresses.filter((address) => !pongs.has(address) && !foreign.has(address));
        const beganMs = performance.now();
        for (let sent = 0; sent < silent.length; ) {
          signal.throwIfAborted();
          const due = Math.min(
            silent.length,
            Math.max(1, Math.floor(((performance.now() - beganMs) * ratePerSecond) / 1_000)),
          );
          await Promise.all(silent.slice(sent, due).map((address) => send(socket, ping, port, address)));
          packets += Math.max(0, due - sent);
          sent = Math.max(sent, due);
          onPacket(packets);
          await delay(burstEveryMs, undefined, { signal });
        }
        if (silent.length > 0) await delay(waitMs, undefined, { signal });
      }
      return { pongs: [...pongs.values()], foreign: [...foreign], packets };
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      socket.close();
    }
  };
}

function send(socket: Socket, packet: Buffer, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(packet, port, address, (error) => {
      if (error && !isLoss(error)) reject(error);
      else resolve();
    });
  });
}
