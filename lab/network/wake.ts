import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { Device } from '../device.ts';
import { type PowerTiming, settle, wakeByPacket } from '../power.ts';

/** Where PCs without AMT are met. */
export interface WakePorts {
  /** UDP ports that magic packets are taken on. */
  readonly udp: readonly number[];
  /** TCP port that the operating system listens on while the PC is on. */
  readonly os: number;
}

/** The network cards of PCs whose AMT is off. */
export interface WakeListeners {
  /** Opens and closes what the device should have, after its faults or its power changed. */
  apply(device: Device): Promise<void>;
  close(): Promise<void>;
}

const on = 2;

/**
 * Network cards that wait for magic packets, simulated: a packet to the device's own address, or to the last address of
 * its /24, which stands for the broadcast address. On loopback a real directed broadcast reaches nobody who has bound an
 * address, and a port that is closed refuses instead of being silent.
 */
export function createWakeListeners(
  ports: WakePorts,
  options: { readonly timing: PowerTiming; now(): number },
): WakeListeners {
  const listening = new Set<Device>();
  const sockets = new Map<string, Promise<Socket>>();
  const systems = new Map<Device, Promise<Server>>();
  const timers = new Set<NodeJS.Timeout>();

  /** A card looks for six bytes FF and sixteen times its address anywhere in the frame. */
  function receive(bytes: Buffer): void {
    for (const device of listening) {
      const wanted = `${'ff'.repeat(6)}${device.mac.replaceAll(':', '').repeat(16)}`;
      if (!bytes.toString('hex').includes(wanted)) continue;
      device.magicPackets += 1;
      const bootMs = wakeByPacket(device.power, {
        nowMs: options.now(),
        timing: options.timing,
        seed: device.name,
      });
      if (bootMs === undefined) continue;
      const timer = setTimeout(() => {
        timers.delete(timer);
        settleSystem(device).catch((error: unknown) => process.emitWarning(`${device.name}: ${String(error)}`));
      }, bootMs);
      timers.add(timer);
    }
  }

  async function card(address: string, port: number): Promise<void> {
    const key = `${address}:${port}`;
    const socket = sockets.get(key) ?? openCard(address, port, receive);
    sockets.set(key, socket);
    await socket;
  }

  async function settleSystem(device: Device): Promise<void> {
    settle(device.power, options.now());
    const isOn = listening.has(device) && device.power.state === on;
    const system = systems.get(device);
    if (isOn && !system) {
      const opened = openSystem(device.address, ports.os);
      systems.set(device, opened);
      await opened;
    } else if (!isOn && system) {
      systems.delete(device);
      await closed(await system);
    }
  }

  return {
    async apply(device) {
      if (device.faults.has('amt-off')) {
        listening.add(device);
        const broadcast = device.address.replace(/\d+$/, '255');
        for (const port of ports.udp) await Promise.all([card(device.address, port), card(broadcast, port)]);
      } else {
        listening.delete(device);
      }
      await settleSystem(device);
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      listening.clear();
      // What could not be opened has been told to whoever asked for it.
      const cards = await Promise.allSettled(sockets.values());
      for (const card of cards) if (card.status === 'fulfilled') card.value.close();
      const running = await Promise.allSettled(systems.values());
      sockets.clear();
      systems.clear();
      await Promise.all(running.map((one) => (one.status === 'fulfilled' ? closed(one.value) : undefined)));
    },
  };
}

async function openCard(address: string, port: number, receive: (bytes: Buffer) => void): Promise<Socket> {
  const socket = createSocket('udp4', receive);
  const bound = once(socket, 'listening');
  socket.bind(port, address);
  await bound;
  return socket;
}

async function openSystem(address: string, port: number): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => {}).destroy());
  const bound = once(server, 'listening');
  server.listen({ host: address, port, exclusive: true });
  await bound;
  return server;
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
