import type { NetworkProbes } from '../../src/ports/network/network-probes.ts';
import { createPortProbe } from './probe-amt-port.ts';
import { addressesOf, namesOf } from './resolve-name.ts';

/** What looking at the network goes by. */
interface NetworkProbeOptions {
  /** Servers that are asked for names; empty for those of this machine. */
  readonly dnsServers: readonly string[];
  /** PEM of the authority that certificates of the PCs should chain to; null: none, so that nothing is said of chains. Default null. */
  readonly ca?: Buffer | null;
}

/** Looks at the real network. */
export function createNetworkProbes({ dnsServers, ca = null }: NetworkProbeOptions): NetworkProbes {
  const probe = createPortProbe(ca);
  return {
    askPort: probe.askPort,
    knock: probe.knock,
    addressesOf: (name, timeoutMs) => addressesOf(dnsServers, name, timeoutMs),
    namesOf: (address, timeoutMs) => namesOf(dnsServers, address, timeoutMs),
  };
}
