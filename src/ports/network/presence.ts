/** Where signs of life are looked for. */
export interface PresenceQuestion {
  /** IP address or DNS name from the inventory. */
  readonly host: string;
  /** TCP ports that the operating system listens on, such as 445, 3389 and 22. */
  readonly tcpPorts: readonly number[];
  /** Whether a refused connection is a sign of life too: something sent the reset. */
  readonly refusedCounts: boolean;
  /** Whether an ICMP echo is asked for. AMT itself may answer it while the PC is off. */
  readonly ping: boolean;
  /** Milliseconds that each look may take. */
  readonly timeoutMs: number;
}

/** What was seen. */
export interface Presence {
  readonly isUp: boolean;
  /** What answered first: `TCP 445`, `TCP 22 (refused)`, `ping`; null when nothing did. */
  readonly by: string | null;
  /** Facts fit for people, one line each. */
  readonly evidence: readonly string[];
}

/** Looks whether a PC is up without AMT. Only hosts of the inventory are to be asked about. */
export interface PresenceProbe {
  /** Looks everywhere at once; whichever answers first decides. Never rejects, except with the reason of the signal. */
  look(question: PresenceQuestion, signal: AbortSignal): Promise<Presence>;
}
