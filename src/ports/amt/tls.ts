/** Which way to the device: over the network, or from its own operating system. */
export type TlsInterface = 'network' | 'local';

/** TLS settings of one interface. */
export interface TlsState {
  readonly enabled: boolean;
  /** Clients must show a certificate. */
  readonly mutual: boolean;
  readonly plainTextAccepted: boolean;
  /** False where the firmware has no connections without TLS any more; null where it does not say. */
  readonly plainTextSupported: boolean | null;
  /** Names that a client's certificate may carry; empty: any. */
  readonly trustedNames: readonly string[];
}

/** TLS of the device. Changes take effect with `AmtSetup.commit`, the trusted names at once. */
export interface AmtTls {
  read(interfaceName: TlsInterface): Promise<TlsState>;
  /** Writes what is given and leaves the rest. Rejects with `class_missing` for plain text where there is none. */
  write(
    interfaceName: TlsInterface,
    changes: Partial<Pick<TlsState, 'enabled' | 'mutual' | 'plainTextAccepted' | 'trustedNames'>>,
  ): Promise<void>;
  /** Handle of the certificate that the device shows; null when none was chosen. */
  serverCertificate(): Promise<string | null>;
  /** Shows this certificate from the next commit on. */
  useCertificate(handle: string): Promise<void>;
}
