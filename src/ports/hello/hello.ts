/** Hash algorithms in which firmware announces roots. */
export type RootHashKind = 'sha1' | 'sha256' | 'sha384';

/** The hash of a root certificate's DER form that a PC trusts for its set-up. */
export interface RootHash {
  readonly kind: RootHashKind;
  /** Lower-case hex. */
  readonly hex: string;
}

/** What a PC that waits to be set up says of itself. */
export interface Hello {
  /** 2: set up with a pre-shared key; 3: with certificates. */
  readonly version: 2 | 3;
  /** SMBIOS UUID as people write it, lower case: `03000200-0400-0500-0006-000700080009`. */
  readonly uuid: string;
  /** Whether administrator credentials are set. */
  readonly credentialsSet: boolean;
  /** How often it said hello before. */
  readonly retries: number;
  /** Version 2: the PID, which names the pre-shared key and is no secret. */
  readonly pid: string | null;
  /** Version 3: what it trusts. Empty in version 2. */
  readonly roots: readonly RootHash[];
}

/** A hello with where it came from. */
export interface ReceivedHello extends Hello {
  /** IP address of the PC, or of what stands between. */
  readonly address: string;
  readonly at: Date;
}

/** Takes hellos from the network. Off unless it is started. */
export interface HelloListener {
  /** Resolves to the TCP port once it listens. Rejects when it can't. */
  start(): Promise<number>;
  /** Ends every connection and the handling of what came in. */
  close(): Promise<void>;
}
