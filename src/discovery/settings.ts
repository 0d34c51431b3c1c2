/** A range of addresses that may be scanned; nothing else may. */
export interface DiscoveryRange {
  readonly id: string;
  /** IPv4, such as `10.1.0.0/22`. */
  readonly cidr: string;
  /** Site of PCs that are found in it. */
  readonly site: string;
  /** Packets and connections a second. */
  readonly ratePerSecond: number;
  /** Credential that PCs get which are taken into the inventory and let none of the tried ones in. */
  readonly credential: string;
  /** Channels in which it may be asked for, as a policy writes them; empty: wherever the role holds. */
  readonly channels: readonly string[];
  /** Roles whose people may scan it, besides being allowed to discover; empty: any. */
  readonly roles: readonly string[];
}

/** What discovery goes by. */
export interface DiscoverySettings {
  readonly ranges: readonly DiscoveryRange[];
  /** Names of credentials that are tried, in this order, at PCs that no other is known for. */
  readonly accounts: readonly string[];
  /** Log-ins at one address in an hour, over all scans: AMT locks accounts. */
  readonly logInsPerHour: number;
}
