import { getServers } from 'node:dns';
import { hostname, networkInterfaces } from 'node:os';
import type { Clock } from '../../../src/ports/clock.ts';
import type { SiteProbes } from '../../../src/ports/network/site-probes.ts';
import { createPortProbe } from '../probe-amt-port.ts';
import { addressesOf, namesOf } from '../resolve-name.ts';
import { askDhcp } from './ask-dhcp.ts';
import { askTime } from './ask-time.ts';

/** Looks at the real network of a site. */
export function createSiteProbes({ clock }: { readonly clock: Pick<Clock, 'now'> }): SiteProbes {
  return {
    askDhcp: (networkInterface, timeoutMs, signal) =>
      askDhcp({ networkInterface, hostName: hostname(), timeoutMs }, signal),
    askTime: (source, timeoutMs, signal) => askTime(source, timeoutMs, () => clock.now(), signal),
    // No certificate is looked at, so there is no authority to hold it against.
    knock: createPortProbe(null).knock,
    nameServer: (server) => ({
      addressesOf: (name, timeoutMs) => addressesOf([server], name, timeoutMs),
      namesOf: (address, timeoutMs) => namesOf([server], address, timeoutMs),
    }),
    systemNameServers: getServers,
    ownAddresses: () =>
      Object.values(networkInterfaces())
        .flatMap((held) => held ?? [])
        .filter(({ scopeid }) => !scopeid)
        .sort((a, b) => Number(a.internal) - Number(b.internal))
        .map(({ address }) => address),
    ownName: hostname,
  };
}
