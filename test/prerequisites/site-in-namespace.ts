import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../store/testing.ts';

/** iproute2's program. */
const ipProgram = 'ip';

/** A site behind a virtual cable: this side 10.79.0.2/24, the site's servers 10.79.0.1, its PC 10.79.0.42; or in another network. */
export interface SiteInNamespace {
  /** The interface on this side. */
  readonly interface: string;
  /** Starts dnsmasq anew as the DHCP server, with these arguments besides. */
  dhcp(...args: string[]): Promise<void>;
  stopDhcp(): Promise<void>;
  /** bind9 on 10.79.0.1:53, with the zones as they are when all is right. */
  startNamed(): Promise<void>;
  stopNamed(): Promise<void>;
  /** dnsmasq on 10.79.0.1:5353 with the same names. */
  startDnsmasq(): Promise<void>;
  stopDnsmasq(): Promise<void>;
  /** Changes records of bind9 by dynamic updates. */
  update(zone: string, ...changes: string[]): void;
  /** Tells the PC and the time source something; see child-site.ts. */
  tell(line: string): Promise<void>;
  /** Drops what the PC answers from these ports, as a firewall would, or lets it pass again. */
  drop(ports: readonly number[], on: boolean): void;
  close(): Promise<void>;
}

/** Why there can be none here; null: there can. */
export function whyNoSite(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are a matter of Linux';
  if (process.getuid?.() !== 0) return 'run as root to make a network namespace';
  for (const [program, args, hint] of [
    [ipProgram, ['netns', 'list'], 'apt-get install iproute2'],
    ['dnsmasq', ['--version'], 'apt-get install dnsmasq-base'],
    ['named', ['-v'], 'apt-get install bind9'],
    ['nsupdate', ['-V'], 'apt-get install bind9-dnsutils'],
  ] as const) {
    try {
      execFileSync(program, args, { stdio: 'ignore' });
    } catch {
      return hint;
    }
  }
  return null;
}

const zoneHead = '$TTL 1\n@ IN SOA ns.lab.test. root.lab.test. 1 60 60 60 1\n IN NS ns.lab.test.\n';
const forwardZone = (net: string) =>
  `${zoneHead}ns A ${net}.1\nhost42 A ${net}.42\nprovisionserver CNAME oob\noob A ${net}.2\n`;
const reverseZone = `${zoneHead}42 PTR host42.lab.test.\n`;

/**
 * Makes it, with a PC that has all AMT ports open, and a right time source; no DHCP and DNS servers yet. Two at a time need networks of
 * their own.
 *
 * @param net first three numbers of its addresses
 */
export async function createSite(net = '10.79.0'): Promise<SiteInNamespace> {
  const backwards = net.split('.').reverse().join('.');
  const space = `oob-site-${process.pid}`;
  const here = `site${process.pid % 100_000}a`;
  const there = `site${process.pid % 100_000}b`;
  const folder = await temporaryDirectory();
  const ip = (...args: string[]) => execFileSync(ipProgram, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const running = new Map<string, ChildProcess>();

  const stop = async (name: string) => {
    const child = running.get(name);
    running.delete(name);
    if (!child || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  /** Starts a program there and resolves once its log shows that it is ready. */
  const start = async (name: string, ready: RegExp, program: string, ...args: string[]) => {
    await stop(name);
    const child = spawn(ipProgram, ['netns', 'exec', space, program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    running.set(name, child);
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      said.push(line);
      if (ready.test(line)) {
        child.stderr.resume();
        return;
      }
    }
    throw new Error(`${program} did not start: ${said.slice(-5).join(' | ')}`);
  };

  ip('netns', 'add', space);
  ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', space);
  ip('address', 'add', `${net}.2/24`, 'broadcast', `${net}.255`, 'dev', here);
  ip('link', 'set', here, 'up');
  ip('-n', space, 'link', 'set', 'lo', 'up');
  for (const address of [`${net}.1`, `${net}.42`])
    ip('-n', space, 'address', 'add', `${address}/24`, 'broadcast', `${net}.255`, 'dev', there);
  ip('-n', space, 'link', 'set', there, 'up');

  const script = fileURLToPath(new URL('child-site.ts', import.meta.url));
  const child = spawn(ipProgram, ['netns', 'exec', space, process.execPath, script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  running.set('child', child);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const tell = async (line: string) => {
    child.stdin.write(`${line}\n`);
    if ((await answers.next()).value !== 'ok') throw new Error(`${line} was not understood`);
  };
  for (const port of [16_992, 16_993, 16_994, 16_995, 623, 664]) await tell(`open ${net}.42 ${port}`);

  return {
    interface: here,
    dhcp: (...args) =>
      start(
        'dhcp',
        /started, version/,
        'dnsmasq',
        ...[
          '--keep-in-foreground',
          '--log-facility=-',
          '--conf-file=/dev/null',
          '--port=0',
          '--no-ping',
          '--user=root',
        ],
        ...[
          '--pid-file=',
          `--interface=${there}`,
          '--bind-interfaces',
          `--dhcp-leasefile=${join(folder.path, 'leases')}`,
        ],
        ...[`--dhcp-range=${net}.100,${net}.200,255.255.255.0,5m`, ...args],
      ),
    stopDhcp: () => stop('dhcp'),
    async startNamed() {
      await stop('named');
      await writeFile(join(folder.path, 'forward'), forwardZone(net));
      await writeFile(join(folder.path, 'reverse'), reverseZone);
      const zone = (name: string, file: string) =>
        `zone "${name}" { type master; file "${file}"; journal "${file}-${Date.now()}.jnl"; allow-update { any; }; };`;
      await writeFile(
        join(folder.path, 'named.conf'),
        `options { directory "${folder.path}"; listen-on { ${net}.1; }; listen-on-v6 { none; }; pid-file none;
          session-keyfile none; recursion no; dnssec-validation no; };
        controls { };
        ${zone('lab.test', 'forward')}
        ${zone(`${backwards}.in-addr.arpa`, 'reverse')}\n`,
      );
      await start('named', / running$/, 'named', '-g', '-c', join(folder.path, 'named.conf'));
    },
    stopNamed: () => stop('named'),
    startDnsmasq: () =>
      start(
        'dnsmasq',
        /started, version/,
        'dnsmasq',
        ...[
          '--keep-in-foreground',
          '--log-facility=-',
          '--conf-file=/dev/null',
          '--port=5353',
          '--no-resolv',
          '--no-hosts',
        ],
        ...['--pid-file=', '--user=root', '--bind-interfaces', `--listen-address=${net}.1`, '--local=/lab.test/'],
        ...[`--local=/${backwards}.in-addr.arpa/`, `--host-record=host42.lab.test,${net}.42`],
        ...[`--host-record=oob.lab.test,${net}.2`, '--cname=provisionserver.lab.test,oob.lab.test'],
      ),
    stopDnsmasq: () => stop('dnsmasq'),
    update(zone, ...changes) {
      const input = [`server ${net}.1`, `zone ${zone}`, ...changes.map((each) => `update ${each}`), 'send', ''];
      execFileSync(ipProgram, ['netns', 'exec', space, 'nsupdate'], { input: input.join('\n') });
    },
    tell,
    drop(ports, on) {
      for (const port of ports)
        ip(
          ...['-n', space, 'rule', on ? 'add' : 'delete', 'from', `${net}.42`, 'ipproto', 'tcp'],
          ...['sport', String(port), 'blackhole', 'priority', '10'],
        );
    },
    async close() {
      for (const name of [...running.keys()]) await stop(name);
      ip('netns', 'delete', space);
      await folder.remove();
    },
  };
}
