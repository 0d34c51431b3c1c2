/** EAP methods by the numbers of CIM_IEEE8021xSettings.AuthenticationProtocol. */
export const eapMethods = [
  'tls',
  'ttls-mschapv2',
  'peap-mschapv2',
  'peap-gtc',
  'fast-mschapv2',
  'fast-gtc',
  'md5',
  'psk',
  'sim',
  'aka',
  'fast-tls',
] as const;

/** One of `eapMethods`. */
export type EapMethod = (typeof eapMethods)[number];

/** How the device identifies itself to a network (IEEE 802.1X). */
export interface NetworkIdentity {
  readonly method: EapMethod;
  readonly username?: string;
  /** Never read back. */
  readonly password?: string;
  readonly domain?: string;
  readonly roamingIdentity?: string;
  /** Name that the authentication server's certificate must carry. */
  readonly serverName?: { readonly name: string; readonly match: 'full-name' | 'domain-suffix' };
  /** Handle of the device's own certificate. */
  readonly clientCertificate?: string;
  /** Handle of the root that issued the authentication server's certificate. */
  readonly serverRoot?: string;
}

/** What a device tells of its wired 802.1X profile. */
export interface WiredAccessState {
  readonly enabled: boolean;
  readonly method: EapMethod | null;
  readonly username: string | null;
  readonly domain: string | null;
  /** Name that the authentication server's certificate must carry; null: it is not looked at. */
  readonly serverName: string | null;
  /** Authenticates while the operating system runs too. */
  readonly activeInS0: boolean;
  /** Seconds that the device keeps the port open for a network boot; null where the firmware does not say. */
  readonly pxeTimeoutSeconds: number | null;
}

/** Wired 802.1X (IPS_IEEE8021xSettings; AMT_8021XProfile on firmware before AMT 8.0). */
export interface AmtWiredAccess {
  read(): Promise<WiredAccessState>;
  enable(settings: {
    readonly identity: NetworkIdentity;
    readonly activeInS0: boolean;
    /** 0 to 86,400. */
    readonly pxeTimeoutSeconds: number;
  }): Promise<void>;
  disable(): Promise<void>;
}
