import type { NetworkProbes } from '../../src/ports/network-probes.ts';
import { probeAmtPort } from './probe-amt-port.ts';
import { addressesOf, namesOf } from './resolve-name.ts';

/** Looks at the real network. `dnsServers`: asked for names; empty for those of this machine. */
export function createNetworkProbes({ dnsServers }: { readonly dnsServers: readonly string[] }): NetworkProbes {
  return {
    askPort: probeAmtPort,
    addressesOf: (name, timeoutMs) => addressesOf(dnsServers, name, timeoutMs),
    namesOf: (address, timeoutMs) => namesOf(dnsServers, address, timeoutMs),
  };
}
