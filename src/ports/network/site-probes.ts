import type { NameAnswer, PortAnswer } from './network-probes.ts';

/** What a DHCP server hands out, as it told us without giving us a lease. */
export interface DhcpReply {
  /** Address of the server: option 54, else where the reply came from. */
  readonly server: string;
  /** Option 6, IPv4 addresses in the server's order; empty when it is missing. */
  readonly dnsServers: readonly string[];
  /** Option 15 in lower case without a dot at its end; null when it is missing. */
  readonly domainName: string | null;
  /** Flags of option 81 (RFC 4702, 2.1); null when the server says nothing of it. */
  readonly clientNameFlags: number | null;
}

/** How a DHCPINFORM ended. `ignored`: replies that were not what RFC 2131 allows, or not to us. */
export type DhcpAnswer =
  | {
      readonly kind: 'answered';
      /** Our address that was asked from. */
      readonly from: string;
      readonly replies: readonly DhcpReply[];
      readonly ignored: number;
    }
  | { readonly kind: 'silent'; readonly from: string; readonly ignored: number }
  /** There is no such interface, or it has no IPv4 address. `known`: those that have one. */
  | { readonly kind: 'no_interface'; readonly known: readonly string[] }
  /** Port 68 is for privileged programs. */
  | { readonly kind: 'no_rights' }
  /** Another program holds port 68 and does not share it. */
  | { readonly kind: 'port_taken' }
  /** The system refused; `why` is its code. */
  | { readonly kind: 'failed'; readonly why: string };

/** How a question for the time ended. */
export type TimeAnswer =
  | {
      readonly kind: 'answered';
      /** Milliseconds that the source is ahead of this machine. */
      readonly offsetMs: number;
      /** Milliseconds on the way, there and back. */
      readonly delayMs: number;
      readonly stratum: number;
    }
  /** `ignored`: replies that were not to our question or not what RFC 4330 allows. */
  | { readonly kind: 'silent'; readonly ignored: number }
  /** The source answers that it does not know the time itself. */
  | { readonly kind: 'unsynchronised' }
  /** The source turns us away (kiss-o'-death); its four letters. */
  | { readonly kind: 'turned_away'; readonly code: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'no_address' }
  | { readonly kind: 'failed'; readonly why: string };

/** A time source. */
export interface TimeSource {
  /** IP address or DNS name. */
  readonly host: string;
  readonly port: number;
}

/** One DNS server, asked by itself. */
export interface NameServer {
  addressesOf(name: string, timeoutMs: number): Promise<NameAnswer>;
  namesOf(address: string, timeoutMs: number): Promise<NameAnswer>;
}

/** Looks at the network of a site from this machine. Implemented by adapters/network. Never rejects but with the reason of `signal`. */
export interface SiteProbes {
  /** Asks the DHCP servers of the interface's subnet what they hand out. Takes no lease and changes no DNS. */
  askDhcp(networkInterface: string, timeoutMs: number, signal: AbortSignal): Promise<DhcpAnswer>;
  askTime(source: TimeSource, timeoutMs: number, signal: AbortSignal): Promise<TimeAnswer>;
  /** Opens a TCP connection and closes it: `answered` when it stood. */
  knock(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<PortAnswer>;
  /** `server`: an address such as `10.0.0.53`, `10.0.0.53:5353` or `[2001:db8::53]`. */
  nameServer(server: string): NameServer;
  /** The DNS servers of this machine. */
  systemNameServers(): readonly string[];
  /** Addresses of this machine, loopback last. */
  ownAddresses(): readonly string[];
  /** What this machine calls itself. */
  ownName(): string;
}
