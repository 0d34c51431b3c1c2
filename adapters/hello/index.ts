import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Clock } from '../../src/ports/clock.ts';
import type { HelloListener, ReceivedHello } from '../../src/ports/hello/hello.ts';
import type { Logger } from '../../src/ports/logger.ts';
import { createQuietLog } from './quiet-log.ts';
import { type HelloReading, readHello } from './read-hello.ts';
import { createSourceGate, type SourceLimits } from './source-limits.ts';

/** What the listener needs. */
export interface HelloListenerOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly clock: Clock;
  readonly logger: Logger;
  /** Keeps a hello. When it rejects the hello is lost; the PC says it again. */
  readonly receive: (hello: ReceivedHello) => Promise<void>;
  readonly limits?: Partial<SourceLimits>;
  /** Milliseconds that a connection may take from its begin to the whole hello; default 10,000. */
  readonly timeoutMs?: number;
}

const usualLimits: SourceLimits = {
  connections: 256,
  connectionsPerSource: 16,
  perMinute: 6_000,
  perMinutePerSource: 240,
  sources: 10_000,
};
/** Bytes of rubbish that are shown in the log. */
const sampleBytes = 32;

/**
 * Listens for hellos on TCP. Each connection brings one message, in as many pieces as it likes, and is closed; what is no hello, comes
 * too slowly or too often is dropped and counted in the log. Nothing is ever sent.
 */
export function createHelloListener(options: HelloListenerOptions): HelloListener {
  const { clock, timeoutMs = 10_000 } = options;
  const gate = createSourceGate({ ...usualLimits, ...options.limits });
  const log = createQuietLog(options.logger);
  const sockets = new Set<Socket>();
  const receiving = new Map<Socket, Promise<void>>();
  const server = createServer({ noDelay: true }, accept);
  const nowMs = () => clock.now().getTime();

  function accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const address = plainAddress(socket.remoteAddress);
    if (address === null) return void socket.destroy();
    if (!gate.enter(address, nowMs())) {
      log.note('too_often', address, null, nowMs());
      return void socket.destroy();
    }
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      // Its place is free once the hello is kept: a slow database must not let them pile up.
      void Promise.resolve(receiving.get(socket)).then(() => {
        receiving.delete(socket);
        gate.leave(address);
      });
    });
    collect(socket, address);
  }

  function collect(socket: Socket, address: string): void {
    const parts: Buffer[] = [];
    let [length, least] = [0, 0];
    let isOver = false;
    const timer = setTimeout(() => drop('too_slow'), timeoutMs);
    socket.once('close', () => end());
    // A PC that closes before its hello is whole has not said one.
    socket.once('end', () => drop('too_short'));
    socket.on('data', (bytes: Buffer) => {
      if (isOver) return;
      parts.push(bytes);
      length += bytes.length;
      // Only when something new can be read: many small pieces must not be put together many times.
      if (length < least) return;
      const whole = Buffer.concat(parts);
      parts.splice(0, parts.length, whole);
      take(whole, readHello(whole));
    });

    function take(whole: Buffer, reading: HelloReading): void {
      if (reading.kind === 'incomplete') {
        least = reading.least;
        return;
      }
      if (reading.kind === 'fault') {
        drop(reading.fault);
        return;
      }
      end();
      const hello = { ...reading.hello, address, at: clock.now() };
      const kept = options.receive(hello).catch((error: unknown) => {
        options.logger.error({ error, address, bytes: whole.length }, 'a hello could not be kept');
      });
      receiving.set(socket, kept);
      socket.destroy();
    }

    function drop(kind: string): void {
      if (isOver) return;
      const sample = Buffer.concat(parts).toString('hex', 0, sampleBytes);
      end();
      log.note(kind, address, sample, nowMs());
      socket.destroy();
    }

    function end(): void {
      isOver = true;
      clearTimeout(timer);
    }
  }

  return {
    async start() {
      server.listen(options.listen);
      await once(server, 'listening');
      // Out of file descriptors and the like: what can't be accepted now is said again by the PC.
      server.on('error', (error) => options.logger.warn({ error }, 'hellos could not be accepted'));
      const address = server.address();
      return typeof address === 'object' && address ? address.port : options.listen.port;
    },
    async close() {
      const closed = server.listening ? once(server, 'close') : Promise.resolve();
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      await Promise.all(receiving.values());
    },
  };
}

/** IPv4 addresses as such, though the socket be one for both. */
const plainAddress = (address: string | undefined): string | null => address?.replace(/^::ffff:(?=\d+\.)/, '') ?? null;
