import { Socket } from 'node:net';

/** What a connection through an agent hangs on. */
export interface TunnelEnd {
  /** Passes bytes on to AMT's local port. */
  send(bytes: Buffer): void;
  /** The connection is over. */
  done(): void;
}

/** The agent is gone. Its code is that of a connection that broke, which is what it is for who waits for a reply. */
export class AgentGoneError extends Error {
  readonly code = 'ECONNRESET';

  constructor() {
    super('the agent on the PC is gone');
    this.name = 'AgentGoneError';
  }
}

/**
 * A connection to AMT's local port through an agent. A socket by its type, for that is what HTTP clients take; no system socket is
 * behind it. What is written in one go leaves as one message: for each message the agent opens a connection of its own to AMT.
 */
export class TunnelSocket extends Socket {
  private readonly far: TunnelEnd;
  private waiting: Buffer[] = [];

  constructor(far: TunnelEnd) {
    super();
    this.far = far;
  }

  /** All that AMT answered; the agent has closed its connection behind it. */
  answer(bytes: Buffer): void {
    this.push(bytes);
    this.push(null);
  }

  override _read(): void {
    // Nothing to fetch: what comes is pushed.
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.queue([Buffer.from(chunk)]);
    done();
  }

  override _writev(
    chunks: readonly { readonly chunk: Uint8Array | string; readonly encoding: BufferEncoding }[],
    done: (error?: Error | null) => void,
  ): void {
    this.queue(
      chunks.map(({ chunk, encoding }) =>
        typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk),
      ),
    );
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.waiting = [];
    this.far.done();
    super._destroy(error, (failed) => done(failed ?? null));
  }

  /** Head and body of a request are written one after the other: they leave together. */
  private queue(parts: readonly Buffer[]): void {
    if (this.waiting.length === 0) setImmediate(() => this.flush());
    this.waiting.push(...parts);
  }

  private flush(): void {
    if (this.waiting.length === 0) return;
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    this.far.send(bytes);
  }
}
