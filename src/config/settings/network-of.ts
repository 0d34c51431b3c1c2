import type { TimeSource } from '../../ports/network/site-probes.ts';
import type { SiteNetwork } from '../../prerequisites/site-network.ts';
import type { Config } from '../schema.ts';
import { ownOfSite } from './wake-of.ts';

/** UDP port of NTP (RFC 5905, 16). */
const ntpPort = 123;

/** How the network of a site should be. */
export function networkOf(
  { network, amt, provisioning }: Pick<Config, 'network' | 'amt' | 'provisioning'>,
  site: string,
): SiteNetwork {
  const { probeSeconds, timeSource, sites: _sites, ...rest } = { ...network, ...ownOfSite(network.sites, site) };
  const { hello } = provisioning;
  return {
    ...rest,
    dnsServers: rest.dnsServers.length > 0 ? rest.dnsServers : amt.dnsServers,
    dhcpInterface: rest.dhcpInterface ?? null,
    provisionServer: rest.provisionServer ?? null,
    provisioningPort: hello.enabled && hello.listen.port > 0 ? hello.listen.port : null,
    timeSource: timeSource === undefined ? null : timeSourceOf(timeSource),
    probeMs: probeSeconds * 1_000,
  };
}

/** `ntp.example.com`, `10.0.0.1:123`, `[2001:db8::1]:123`. */
function timeSourceOf(text: string): TimeSource {
  const [, v6, name, port] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return { host: v6 ?? name ?? text, port: port === undefined ? ntpPort : Number(port) };
}
