import type { Socket } from 'node:net';
import type { Device } from '../device.ts';
import { numberOf } from '../faults.ts';
import { isReachable, type PowerTiming } from '../power.ts';
import { answer } from '../protocol/answer.ts';
import { badRequestReply } from '../protocol/http-reply.ts';
import { createRequestReader, type HttpRequest } from '../protocol/http-request.ts';
import type { FleetKeys } from '../tls/fleet-keys.ts';

/** How a device's connections are served. */
export interface ConnectionOptions {
  /** Time before each reply, in milliseconds. */
  readonly latencyMs: number;
  readonly timing: PowerTiming;
  readonly keys: FleetKeys;
  /** Milliseconds since 1970. */
  now(): number;
  /** Opens and closes the ports of a device as its settings have come to say. */
  reopen(device: Device): void;
}

/** Idle connections are closed after this, in milliseconds; the firmware's time is not published. `[guess]` */
const idleMs = 60_000;

/**
 * Serves HTTP on an established connection, plain or through TLS: one request at a time, in order. A closing reply is
 * followed by the end of the connection, as announced.
 */
export function serveConnection(device: Device, socket: Socket, options: ConnectionOptions): void {
  const reader = createRequestReader();
  const queue: HttpRequest[] = [];
  // A socket that is gone has no address any more.
  const from = (socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  let busy = false;
  let ended = false;

  socket.on('data', (bytes: Buffer) => {
    if (ended) return;
    try {
      queue.push(...reader.read(bytes));
    } catch {
      ended = true;
      close(badRequestReply(device, 'Bad Request.').bytes);
      return;
    }
    if (!busy) next();
  });
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());

  function next(): void {
    const request = queue.shift();
    if (!request || ended) return;
    const slow = device.faults.get('slow');
    const delayMs = options.latencyMs + (slow ? numberOf(slow, 2000) : 0);
    if (delayMs <= 0) {
      send(request);
      return;
    }
    // One request at a time, whichever connection it came by: firmware is that small. [guess]
    const nowMs = performance.now();
    device.busyUntilMs = Math.max(nowMs, device.busyUntilMs) + delayMs;
    busy = true;
    setTimeout(() => {
      busy = false;
      send(request);
    }, device.busyUntilMs - nowMs);
  }

  function send(request: HttpRequest): void {
    if (socket.destroyed) return;
    const nowMs = options.now();
    // The link or the engine went down with the PC: what comes in is lost, nothing closes.
    if (!isReachable(device.power, nowMs)) return;
    const { timing, keys } = options;
    const { reply, breaksOff } = answer(device, request, { timing, keys, nowMs, from });
    // The reply of a commit still comes, or half of it; then every connection breaks.
    const isReopening = device.portsChanged;
    device.portsChanged = false;
    const reopen = () => isReopening && options.reopen(device);
    if (breaksOff) {
      ended = true;
      // Half of it must be on its way before the break, else the client sees no reply begin.
      socket.write(reply.bytes.subarray(0, Math.floor(reply.bytes.length / 2)), () => {
        socket.destroy();
        reopen();
      });
    } else if (reply.closes || request.wantsClose) {
      ended = true;
      close(reply.bytes, reopen);
    } else if (isReopening) {
      ended = true;
      socket.write(reply.bytes, reopen);
    } else {
      socket.write(reply.bytes);
      next();
    }
  }

  // Not half: a client that keeps its own side open must not hold one of the few sockets.
  function close(lastBytes: Buffer, then: () => void = () => {}): void {
    socket.once('finish', () => {
      socket.destroy();
      then();
    });
    socket.end(lastBytes);
  }
}
