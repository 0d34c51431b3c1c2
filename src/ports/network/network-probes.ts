/**
 * What can be measured of a PC from outside, without a password. Implemented by adapters/network. Nothing is sent but what opens a
 * connection.
 */

/** What a probe of one AMT port is about. */
export interface PortProbe {
  /** IP address or DNS name from the inventory. */
  readonly host: string;
  readonly port: number;
  /** `tls`: a handshake is begun, its certificate looked at and not judged. `plain`: the page that AMT shows everybody is asked for. */
  readonly speaks: 'plain' | 'tls';
  /** For the whole probe. */
  readonly timeoutMs: number;
  /** After a TLS handshake the page is asked for too, for what its `Server` header tells. A plain port is asked for it always. */
  readonly asksPage?: true;
}

/** What came back. `ms` is how long it took. */
export type PortAnswer =
  /** Something spoke: AMT, or another program. `server`: the header of that name, cut to one line of 80 characters. */
  | { readonly kind: 'answered'; readonly ms: number; readonly tls: ShownTls | null; readonly server?: string }
  /** TLS began and failed, so something is alive there. */
  | { readonly kind: 'tls_failed'; readonly ms: number; readonly why: string }
  /** The connection was taken, and then nothing was said. */
  | { readonly kind: 'mute'; readonly ms: number }
  /** The connection was taken and closed without a word. */
  | { readonly kind: 'dropped'; readonly ms: number }
  /** The address is alive and nothing listens on the port. */
  | { readonly kind: 'refused'; readonly ms: number }
  /** Not even the first packet was answered. */
  | { readonly kind: 'silent'; readonly ms: number }
  /** A router, or this machine, says that there is no way: to the one address, or to its whole network. */
  | { readonly kind: 'no_route'; readonly ms: number; readonly to: 'host' | 'network' }
  /** The name leads nowhere. */
  | { readonly kind: 'no_address'; readonly ms: number };

/** What a device shows in a TLS handshake before anybody has proved anything. */
export interface ShownTls {
  /** Such as `TLSv1.2`. */
  readonly protocol: string;
  /** SHA-256 of the certificate's DER, lower-case hex. */
  readonly fingerprint: string;
  /** Common name, cut to one line of 80 characters; null when it has none. */
  readonly name: string | null;
  readonly certificate: ShownCertificate;
}

/** What the certificate says of itself. */
export interface ShownCertificate {
  /** Names in it besides the common name (subject alternative names of kind DNS), at most ten. */
  readonly alternativeNames: readonly string[];
  /** Common name of who issued it, cut as `name`; null when it has none. */
  readonly issuer: string | null;
  readonly isSelfSigned: boolean;
  /** A date that is none, such as one of zeros, is told as 1970-01-01. */
  readonly validFrom: Date;
  readonly validTo: Date;
  /** Size of an RSA key; null for other keys. */
  readonly keyBits: number | null;
  /**
   * Whether it chains to the configured authority at this moment: `yes`, or why not, as OpenSSL names it (`CERT_HAS_EXPIRED`). Null
   * when no authority is configured. Names are not compared.
   */
  readonly chain: string | null;
}

/**
 * What DNS answered. `none`: it says that there is no such name; `no_answer`: no server said anything, which tells nothing about the
 * name.
 */
export type NameAnswer =
  | { readonly kind: 'found'; readonly values: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'no_answer' };

/** Looks at ports and names. Never rejects but with the reason of `signal`. */
export interface NetworkProbes {
  askPort(probe: PortProbe, signal: AbortSignal): Promise<PortAnswer>;
  /** Opens a TCP connection and closes it: `answered` when it stood. For ports that speak no HTTP. */
  knock(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<PortAnswer>;
  /** IPv4 and IPv6 addresses of a name. */
  addressesOf(name: string, timeoutMs: number): Promise<NameAnswer>;
  /** Names of an IP address. */
  namesOf(address: string, timeoutMs: number): Promise<NameAnswer>;
}
