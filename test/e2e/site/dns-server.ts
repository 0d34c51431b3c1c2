import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

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
  const child: ChildProcess = spawn(
    'dnsmasq',
    [
      ...['--no-daemon', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--bind-interfaces'],
      ...[`--listen-address=${address}`, `--port=${port}`, '--user=', '--group='],
      '--local=/10.in-addr.arpa/',
      ...zones.map((zone) => `--local=/${zone}/`),
      ...records,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const { stderr } = child;
  if (!stderr) throw new Error('dnsmasq has no standard error');
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: stderr }).on('line', (line) => {
      said.push(line);
      if (line.includes('started, version')) resolve();
    });
    void ended.then(() => reject(new Error(`dnsmasq ended: ${said.join('\n')}`)));
  });
  return () => {
    child.kill('SIGTERM');
    return ended;
  };
}
