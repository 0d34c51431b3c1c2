/**
 * Settings of a device that a site's profile can name. Each is one thing a person can say; which class and property holds it is the
 * adapter's business.
 */
export interface DeviceSettings {
  readonly hostName: string;
  readonly domainName: string;
  /** Answers ICMP echo and RMCP pings. */
  readonly pingResponse: boolean;
  readonly rmcpPingResponse: boolean;
  /** Minutes of silence after which the management engine sleeps. */
  readonly idleWakeTimeoutMinutes: number;
  /** When the management engine runs; names as Intel writes them, such as `desktop: on in S0, S3, S4-5`. */
  readonly powerPackage: string;
  /** When the wired link is kept up for AMT. */
  readonly linkPolicy: readonly ('s0-ac' | 'sx-ac' | 's0-dc' | 'sx-dc')[];
  readonly serialOverLan: boolean;
  readonly storageRedirection: boolean;
  readonly kvm: boolean;
  readonly webUi: boolean;
  /** Who must agree at the PC. */
  readonly userConsent: 'none' | 'kvm' | 'all';
  /** TLS on the network interface; `mutual` asks clients for a certificate. */
  readonly tls: 'off' | 'server' | 'mutual';
  readonly plainTextAccepted: boolean;
}

/** Name of one setting. */
export type SettingName = keyof DeviceSettings;

/** What a device has; a setting that its firmware lacks is missing. */
export type ReadSettings = Readonly<Partial<DeviceSettings>>;

/** One network port of the device (AMT_EthernetPortSettings). */
export interface NetworkLink {
  readonly kind: 'wired' | 'wireless';
  /** Null where the firmware does not say. */
  readonly isUp: boolean | null;
  /** Null when it has none. */
  readonly address: string | null;
}

/** Reads and writes settings. */
export interface AmtSettings {
  /** All settings; with `only`, no class is read that none of these needs, and others may be missing. */
  read(only?: readonly SettingName[]): Promise<ReadSettings>;
  /** The network ports that the PC has. */
  links(): Promise<readonly NetworkLink[]>;
  /**
   * Writes the given settings and nothing else; the order is the adapter's. Rejects with `class_missing` for one that the firmware
   * lacks, before anything is written.
   */
  write(changes: ReadSettings): Promise<void>;
}
