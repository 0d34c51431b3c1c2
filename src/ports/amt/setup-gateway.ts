import type { AmtEndpoint, AmtGateway } from '../amt.ts';

/** The certificates that a PC is set up with, and their key. */
export interface ClientChain {
  /** PEM, leaf first, root last: firmware has only the hash of the root, so the root itself has to come along. */
  readonly certificates: string;
  /** PEM. Secret. */
  readonly key: string;
}

/**
 * A key that a PC and its set-up server share, of firmware up to AMT 10. Capital letters and digits: Intel Technology Journal 12-4,
 * "Configuring Intel Active Management Technology".
 */
export interface SharedKey {
  /** Eight characters; names the key, in hellos too. */
  readonly pid: string;
  /** 32 characters. Secret. */
  readonly pps: string;
}

/** Where a bare-metal PC is. */
export interface BareEndpoint extends Pick<AmtEndpoint, 'host' | 'port'> {
  /** `legacy` for firmware before AMT 12. */
  readonly tls: 'pinned' | 'legacy';
}

/** A PC that let the set-up server in. */
export interface MetDevice {
  /**
   * SHA-256 of the certificate that it made itself, lower-case hex: what every later connection of the set-up is held to. Null with a
   * shared key, which takes the place of certificates.
   */
  readonly fingerprint: string | null;
  readonly tlsVersion: string;
}

/** Conversations with bare-metal PCs, which ask for a provisioning certificate or a shared key. */
export interface SetupGateway extends AmtGateway {
  /**
   * Connects, shows the chain, and looks whether the PC accepts it: before any password is sent. Nobody vouches for the certificate
   * of a PC from the factory; whoever answers at the address is taken for it. Rejects with `connection_dropped` when it refuses the
   * chain, for firmware does not say why. Repeatable.
   */
  meet(endpoint: BareEndpoint, signal: AbortSignal): Promise<MetDevice>;
}
