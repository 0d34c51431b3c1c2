import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
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
  let running: ChildProcess | null = null;
  const stop = async () => {
    const child = running;
    running = null;
    if (child) await ended(child);
  };
  return {
    async serve({ hosts, provisionServer }) {
      await stop();
      const alias = provisionServer === null ? [] : [`--cname=provisionserver.${place.domain},${provisionServer}`];
      const records = Object.entries(hosts).map(([name, host]) => `--host-record=${name},${host}`);
      running = await startDnsmasq(null, [
        ...['--no-resolv', '--no-hosts', '--bind-interfaces', `--listen-address=${address}`, '--port=53'],
        ...[`--local=/${place.domain}/`, '--local=/127.in-addr.arpa/', ...alias, ...records],
      ]);
    },
    stop,
  };
}

/** Starts dnsmasq, in the network namespace of another process if there is one, and waits until it is ready. */
export async function startDnsmasq(namespaceOf: number | null, args: readonly string[]): Promise<ChildProcess> {
  const own = [
    '--keep-in-foreground',
    '--log-facility=-',
    '--conf-file=/dev/null',
    '--pid-file=',
    '--user=root',
    ...args,
  ];
  const [program, all] =
    namespaceOf === null ? ['dnsmasq', own] : ['nsenter', ['-t', String(namespaceOf), '-n', 'dnsmasq', ...own]];
  const child = spawn(program, all, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    if (!line.includes('started, version')) continue;
    child.stderr.resume();
    return child;
  }
  throw new Error(`dnsmasq did not start: ${said.slice(-5).join(' | ')}`);
}

/** Ends a program that we started, and waits until it has. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = once(child, 'exit');
  child.kill('SIGTERM');
  await over;
}
