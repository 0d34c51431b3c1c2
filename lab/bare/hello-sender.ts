import { connect, type Socket } from 'node:net';
import { provisioningState } from '../classes/setup/provisioning.ts';
import type { Device } from '../device.ts';
import type { Factory } from './factory.ts';
import { helloMessage } from './hello-message.ts';
import { helloGapsMs } from './hello-schedule.ts';

/** Sends the hellos of bare-metal PCs. */
export interface HelloSender {
  /** Begins a PC's schedule; one that is under way begins anew. */
  start(device: Device): void;
  stop(): void;
}

/** A server that does not take it is not waited for any longer. `[guess]` */
const giveUpMs = 10_000;

/** Hellos, each on a connection of its own that comes from the PC's address and that the PC closes. */
export function createHelloSender(): HelloSender {
  const timers = new Map<Device, NodeJS.Timeout>();
  const sockets = new Set<Socket>();

  function schedule(device: Device, factory: Factory, retries: number): void {
    const gapMs = helloGapsMs[retries];
    if (gapMs === undefined) return;
    const timer = setTimeout(() => {
      // Once somebody sets it up, or it is done, it says no more.
      if (provisioningState(device) !== 0 || device.faults.has('setup-window-over')) return;
      send(device, factory, retries);
      schedule(device, factory, retries + 1);
    }, gapMs / factory.helloSpeed);
    timers.set(device, timer);
  }

  function send(device: Device, factory: Factory, retries: number): void {
    factory.hellosSent += 1;
    const socket = connect({ ...factory.server, localAddress: device.address });
    sockets.add(socket);
    socket.on('connect', () => socket.end(helloMessage(device, factory, retries)));
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(giveUpMs, () => socket.destroy());
    socket.resume();
  }

  return {
    start(device) {
      clearTimeout(timers.get(device));
      if (device.factory && !device.faults.has('unplugged')) schedule(device, device.factory, 0);
    },
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      for (const socket of sockets) socket.destroy();
    },
  };
}
