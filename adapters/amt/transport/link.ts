import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Client, type Dispatcher } from 'undici';
import { type AmtEndpoint, AmtError, portOf } from '../../../src/ports/amt.ts';
import { TimeLimitError } from './failures.ts';
import type { DeviceMemory } from './memory.ts';
import { authorityOf, openSocket, type SocketSettings } from './socket.ts';
import type { Turnstile } from './turnstile.ts';

/** One HTTP POST. */
export interface Exchange {
  readonly body: string;
  readonly authorization: string | null;
  /** For the reply's head, and again for its body. */
  readonly replyTimeoutMs: number;
}

/** What came of it. `sent` false: not a byte of the request has left, so nothing can have been done. */
export type ExchangeResult =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Buffer;
    }
  | { readonly ok: false; readonly sent: boolean; readonly error: Error };

/** The one connection to a device. It opens by itself when needed and closes when unused. */
export interface Link {
  /** Never rejects. One at a time. */
  exchange(request: Exchange): Promise<ExchangeResult>;
  /** Ends the exchange under way with this error; the connection is closed. */
  interrupt(reason: Error): void;
  /** Closes the connection; the next exchange opens a new one. */
  drop(): void;
  /** Closes for good. */
  close(): void;
  /** True while a connection is open. */
  readonly connected: boolean;
  /** When the connection was opened or gave its last reply, by the monotonic clock, in ms. */
  readonly aliveAtMs: number;
  /** Protocol of the connection opened last, `none` for plain HTTP; null before the first. */
  readonly tlsVersion: string | null;
}

/** A reply from AMT is at most some 100 KB: it limits a Pull to 99,999 characters. */
const maxReplyBytes = 1_048_576;
const path = '/wsman';

class ReplyCollector implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | null = null;
  private status = 0;
  private headers: IncomingHttpHeaders = {};
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private timer: NodeJS.Timeout | undefined;
  private interruption: Error | null = null;
  private readonly replyTimeoutMs: number;
  private readonly settle: (result: ExchangeResult) => void;

  constructor(replyTimeoutMs: number, settle: (result: ExchangeResult) => void) {
    this.replyTimeoutMs = replyTimeoutMs;
    this.settle = settle;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.interruption) {
      controller.abort(this.interruption);
      return;
    }
    this.controller = controller;
    this.allow('reply', false);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
    this.allow('end of the reply', true);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length;
    this.chunks.push(chunk);
    if (this.size <= maxReplyBytes) return;
    controller.abort(new AmtError('protocol_error', [`the reply is larger than ${maxReplyBytes} bytes`]));
  }

  onResponseEnd(): void {
    clearTimeout(this.timer);
    const [only] = this.chunks;
    const body = this.chunks.length === 1 && only ? only : Buffer.concat(this.chunks);
    this.settle({ ok: true, status: this.status, headers: this.headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.timer);
    this.settle({ ok: false, sent: this.controller !== null, error });
  }

  /** Ends the exchange, or keeps it from starting. */
  interrupt(reason: Error): void {
    this.interruption = reason;
    this.controller?.abort(reason);
  }

  /** Why the exchange must not start any more; null when it may. */
  get interruptedBy(): Error | null {
    return this.interruption;
  }

  /** Limits the time for the reply's head, then that for all of its body: a device that drips holds its slot no longer. */
  private allow(what: string, midway: boolean): void {
    clearTimeout(this.timer);
    const limitMs = this.replyTimeoutMs;
    this.timer = setTimeout(() => this.controller?.abort(new TimeLimitError(what, limitMs, { midway })), limitMs);
  }
}

/** Makes a link; opens nothing yet. Replies go through `followUp`; `onClosed` is told each time the connection has closed. */
export function createLink(
  endpoint: AmtEndpoint,
  memory: DeviceMemory,
  settings: SocketSettings,
  followUp: Turnstile,
  onClosed: () => void,
): Link {
  const { timeouts } = settings;
  let socket: Socket | null = null;
  let cancelOpening: ((reason: Error) => void) | null = null;
  let current: ReplyCollector | null = null;
  let aliveAtMs = 0;
  let tlsVersion: string | null = null;

  const opened = (made: Socket) => {
    socket = made;
    aliveAtMs = performance.now();
    tlsVersion = made instanceof TLSSocket ? made.getProtocol() : 'none';
    made.once('close', () => {
      if (socket === made) socket = null;
      onClosed();
    });
  };

  const authority = authorityOf(endpoint.host, portOf(endpoint));
  if (!URL.canParse(`http://${authority}`))
    throw new AmtError('name_not_found', ['the inventory holds no usable address']);
  // undici only frames HTTP here: the connector hands it a socket that is secured and checked, so the scheme is `http`.
  const client = new Client(`http://${authority}`, {
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: timeouts.idleConnectionMs,
    keepAliveMaxTimeout: timeouts.idleConnectionMs,
    connect: (_options, callback) => {
      const interruption = current?.interruptedBy;
      if (interruption) return callback(interruption, null);
      cancelOpening = openSocket(endpoint, memory, settings, (error, made) => {
        cancelOpening = null;
        if (made === null) return callback(error ?? new TimeLimitError('connection', 0), null);
        opened(made);
        callback(null, made);
      });
    },
  });

  return {
    exchange(request) {
      return new Promise((resolve) => {
        const headers = ['content-type', 'application/soap+xml;charset=UTF-8'];
        if (request.authorization !== null) headers.push('authorization', request.authorization);
        const collector = new ReplyCollector(request.replyTimeoutMs, (result) => {
          current = null;
          if (result.ok) aliveAtMs = performance.now();
          followUp(() => resolve(result));
        });
        current = collector;
        // Time limits are our own: undici's are exact to a second only, and end differently before and within a reply.
        const limits = { headersTimeout: 0, bodyTimeout: 0 };
        const reset = settings.connect !== null;
        client.dispatch({ path, method: 'POST', headers, body: request.body, reset, ...limits }, collector);
      });
    },
    interrupt(reason) {
      current?.interrupt(reason);
      cancelOpening?.(reason);
    },
    drop() {
      socket?.destroy();
    },
    close() {
      cancelOpening?.(new AmtError('cancelled', ['the service is stopping']));
      client.destroy().catch(() => {});
    },
    get connected() {
      return socket !== null && !socket.destroyed;
    },
    get aliveAtMs() {
      return aliveAtMs;
    },
    get tlsVersion() {
      return tlsVersion;
    },
  };
}
