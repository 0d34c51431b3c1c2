import { createDnsmasq } from '../../site/dnsmasq.ts';
import { place, sitePcs } from './place.ts';

/** What DNS answers: addresses by full name, and where the alias of the provisioning server points. */
export interface Names {
  readonly hosts: Readonly<Record<string, string>>;
  /** Name behind the alias; null: there is no alias. */
  readonly provisionServer: string | null;
}

/** As it should be. */
export const rightNames: Names = {
  hosts: {
    [`oob.${place.domain}`]: place.hello,
    [`dc1.${place.domain}`]: place.domainController,
    ...Object.fromEntries(sitePcs.map(({ fqdn, address }) => [fqdn, address])),
  },
  provisionServer: `oob.${place.domain}`,
};

/** The site's DNS server. */
export interface NameServer {
  /** Ends the one that runs and starts one that answers this. */
  serve(names: Names): Promise<void>;
  stop(): Promise<void>;
}

/** A real DNS server, dnsmasq, on port 53 of the address; it is not started. */
export function createNameServer(address: string): NameServer {
  const { serve, stop } = createDnsmasq(null);
  return {
    async serve({ hosts, provisionServer }) {
      const alias = provisionServer === null ? [] : [`--cname=provisionserver.${place.domain},${provisionServer}`];
      const records = Object.entries(hosts).map(([name, host]) => `--host-record=${name},${host}`);
      await serve([
        ...['--no-resolv', '--no-hosts', '--bind-interfaces', `--listen-address=${address}`, '--port=53'],
        ...[`--local=/${place.domain}/`, '--local=/127.in-addr.arpa/', ...alias, ...records],
      ]);
    },
    stop,
  };
}
