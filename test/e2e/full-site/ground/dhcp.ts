import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createDnsmasq, ended } from '../../site/dnsmasq.ts';
import { place } from './place.ts';
import { must } from './program.ts';

/** A DHCP server in a network of its own behind a virtual cable. */
export interface DhcpServer {
  /** The interface on this side, in the subnet of the server. */
  readonly interface: string;
  /** Ends the one that runs and starts one that hands this out. */
  serve(options: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Options as they should be: DNS servers (6) and domain (15). A DHCP server that updates DNS answers option 81 by itself. */
export const rightDhcp: readonly string[] = [`--dhcp-option=6,${place.dns}`, `--dhcp-option=15,${place.domain}`];

const here = { name: 'site0', address: place.hello } as const;
const there = { name: 'site1', address: place.dhcp } as const;

/** Lays the cable; the server is not started. */
export async function createDhcpServer(folder: string): Promise<DhcpServer> {
  const keeper = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
  await once(keeper, 'spawn');
  const space = String(keeper.pid);
  const inside = (...args: string[]) => must('nsenter', ['-t', space, '-n', 'ip', ...args]);
  await must('ip', ['link', 'add', here.name, 'type', 'veth', 'peer', 'name', there.name, 'netns', await own(keeper)]);
  await must('ip', ['address', 'add', `${here.address}/24`, 'broadcast', '10.79.0.255', 'dev', here.name]);
  await must('ip', ['link', 'set', here.name, 'up']);
  await inside('link', 'set', 'lo', 'up');
  await inside('address', 'add', `${there.address}/24`, 'broadcast', '10.79.0.255', 'dev', there.name);
  await inside('link', 'set', there.name, 'up');
  const server = createDnsmasq(Number(space));
  return {
    interface: here.name,
    serve: (options) =>
      server.serve([
        ...['--port=0', '--no-ping', `--interface=${there.name}`, '--bind-interfaces'],
        ...[`--dhcp-leasefile=${join(folder, 'leases')}`, '--dhcp-range=10.79.0.100,10.79.0.200,255.255.255.0,5m'],
        ...options,
      ]),
    async stop() {
      await server.stop();
      await ended(keeper);
    },
  };
}

/** The process once it has its namespace: `unshare` has become the program that it runs. */
async function own(child: ChildProcess): Promise<string> {
  const pid = String(child.pid);
  for (;;) {
    const name = await must('cat', [`/proc/${pid}/comm`]);
    if (name.trim() === 'sleep') return pid;
  }
}
