import { spawnSync } from 'node:child_process';
import { createDnsmasq } from './dnsmasq.ts';

/** True when dnsmasq is installed. Debian: apt-get install dnsmasq-base. */
export const hasDnsmasq = spawnSync('dnsmasq', ['--version']).status === 0;

/** Starts a real DNS server with these addresses by name, forward and reverse, which knows all of these zones; resolves to what ends it. */
export async function startDns(
  address: string,
  port: number,
  hosts: Readonly<Record<string, string>>,
  zones: readonly string[] = [],
): Promise<() => Promise<void>> {
  const records = Object.entries(hosts).map(([name, host]) => `--host-record=${name},${host}`);
  const server = createDnsmasq(null);
  await server.serve([
    ...['--no-resolv', '--no-hosts', '--bind-interfaces', `--listen-address=${address}`, `--port=${port}`],
    '--local=/10.in-addr.arpa/',
    ...zones.map((zone) => `--local=/${zone}/`),
    ...records,
  ]);
  return server.stop;
}
