/** How long the adapter waits, each in milliseconds. */
export interface AmtTimeouts {
  /** For a TCP connection; then it is tried again, as long as `wakeWindowMs` lasts. */
  readonly connectTimeoutMs: number;
  /** For the TLS handshake after it. */
  readonly tlsHandshakeTimeoutMs: number;
  /** For the first reply of a conversation: short, for a waking ME may have lost the request. Reads only. */
  readonly firstReplyTimeoutMs: number;
  /** For the head of every other reply, and for the body of any. */
  readonly replyTimeoutMs: number;
  /** How long a device may stay silent before it counts as unreachable. */
  readonly wakeWindowMs: number;
  /** Between two attempts to reach a silent device. */
  readonly wakePauseMs: number;
  /** Before a read is sent again to a device that said it is overloaded. */
  readonly overloadPauseMs: number;
  /** An unused connection is closed after this: AMT has few sockets. */
  readonly idleConnectionMs: number;
  /** A request that changes the device goes only over a connection that is new or answered this recently. */
  readonly freshConnectionMs: number;
  /** For giving an enumeration context back after a failure. */
  readonly releaseTimeoutMs: number;
}

/**
 * Sized after the Intel AMT Implementation and Reference Guide: the first packet wakes a sleeping ME and is lost, and a
 * power change takes up to 10 s.
 */
export const defaultTimeouts: AmtTimeouts = {
  connectTimeoutMs: 3_000,
  tlsHandshakeTimeoutMs: 10_000,
  firstReplyTimeoutMs: 6_000,
  replyTimeoutMs: 30_000,
  wakeWindowMs: 20_000,
  wakePauseMs: 500,
  overloadPauseMs: 1_000,
  idleConnectionMs: 3_000,
  freshConnectionMs: 1_000,
  releaseTimeoutMs: 3_000,
};
