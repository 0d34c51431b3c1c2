import type { TimeSource } from '../ports/network/site-probes.ts';

/** How the network of a site should be, as the configuration describes it. */
export interface SiteNetwork {
  /** DNS suffixes of the PCs, lower case; empty: not described. */
  readonly dnsSuffixes: readonly string[];
  /** DNS servers of the site; empty: those of this machine. */
  readonly dnsServers: readonly string[];
  /** Interface of this machine in the network of the site; null: there is none, so DHCP cannot be asked. */
  readonly dhcpInterface: string | null;
  /** Whether PCs are entered into DNS by the DHCP server. */
  readonly dynamicDns: boolean;
  readonly timeSource: TimeSource | null;
  /** Addresses that the alias ProvisionServer should have; `none`: there should be no alias; null: not described. */
  readonly provisionServer: readonly string[] | 'none' | null;
  /** TCP port that hello packets come to; null: they are not listened for. */
  readonly provisioningPort: number | null;
  /** Most PCs of the site that are looked at. */
  readonly samplePcs: number;
  /** Milliseconds that one look may take. */
  readonly probeMs: number;
}
