/** Why magic packets could not be sent. */
export const wakeErrorCodes = [
  'broadcast_refused',
  'no_route',
  'no_such_interface',
  'name_not_found',
  'bad_address',
  'password_missing',
  'send_failed',
  'cancelled',
] as const;

/** One of `wakeErrorCodes`. */
type WakeErrorCode = (typeof wakeErrorCodes)[number];

/** Packets that could not be sent. `evidence` are facts fit for people, one line each. */
export class WakeError extends Error {
  readonly code: WakeErrorCode;
  readonly evidence: readonly string[];

  constructor(code: WakeErrorCode, evidence: readonly string[], options: { readonly cause?: unknown } = {}) {
    super(`${code}: ${evidence.join('; ')}`, options);
    this.name = 'WakeError';
    this.code = code;
    this.evidence = evidence;
  }
}

/** What is sent for one PC. */
export interface WakePackets {
  /** `aa:bb:cc:dd:ee:ff`, in either case, with `:` or `-`. */
  readonly mac: string;
  /** SecureOn password, 4 or 6 bytes; null: none. */
  readonly secureOn: Uint8Array | null;
  /** Addresses that it is sent to: broadcast addresses of subnets, addresses or names of PCs. */
  readonly addresses: readonly string[];
  /** UDP ports. 7 (echo) and 9 (discard) are usual. */
  readonly ports: readonly number[];
  /** How often it is sent to each address and port. */
  readonly count: number;
  /** Milliseconds from one time to the next. */
  readonly gapMs: number;
  /** Name of the network interface that it leaves by; null: the system's routes decide. */
  readonly interface: string | null;
}

/** Sends magic packets. That one was sent says nothing about the PC: nothing answers to it. */
export interface WakeOnLan {
  /** Resolves to the number of datagrams that were handed to the network. Rejects with WakeError when none of a round was. */
  send(packets: WakePackets, signal: AbortSignal): Promise<number>;
}
