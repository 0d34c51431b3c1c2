import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { BareOptions } from './bare/factory.ts';
import type { FleetOptions } from './fleet.ts';
import type { InventoryTransport } from './inventory.ts';
import type { PowerTiming } from './power.ts';

/** Options of the process. */
export interface LabOptions extends FleetOptions {
  readonly keysFile?: string;
  readonly caFile?: string;
  readonly inventoryFile?: string;
  readonly inventoryTransport: InventoryTransport;
  readonly controlPort?: number;
}

/** Text of --help. */
export const usage = `Usage: node lab/main.ts [options]

  --devices N              how many devices (200); they are called host1, host2, ...
  --first-address ADDRESS  address of the first one, in 127.0.0.0/8 (127.20.0.1)
  --port N                 plain port of all devices (16992)
  --tls-port N             TLS port of all devices (16993)
  --transports LIST        both, tls or plain (both); ten thousand devices on both need 20,000 open files
  --wake-ports LIST        UDP ports where PCs with the fault amt-off take magic packets (7,9; below 1024 needs root)
  --os-port N              TCP port where their operating system answers once it is on (3389)
  --rmcp-port N            UDP port where they answer presence pings (off; 623 in the field, which needs root)
  --persona LIST           firmware generations, which the devices take in turn, or mixed (mixed)
  --powered STATE          on, off, or mixed: every fifth is on (mixed)
  --sites LIST             devices are split evenly, in order (madrid,lyon)
  --bare LIST              PCs from the factory, e.g. host3,host4, or all: they wait to be set up and say hello (none)
  --hello-server HOST:PORT where they say hello (127.0.0.1:9971)
  --hello-version N        2 with a PSK (AMT 10 and older), 3 with certificates (3)
  --hello-key PID:PPS      that key with version 2, of all of them (of each PC its own)
  --hello-speed N          their schedule runs so many times as fast (1)
  --hello-roots FILE       PEM, root certificates whose hashes they know beside the vendors'
  --dns-suffix NAME        the domain that DHCP tells them (SITE.example)
  --same-uuid              they are of a bad vendor: all have the same UUID
  --faults PLAN            e.g. host17=dark,host23=wrong-password+slow:500, or realistic (none)
  --latency MS             time before each reply (0)
  --power-delay MS         time until a power change shows (1000 to 2000 for on, 500 for off)
  --seed TEXT              makes realms, UUIDs and jitter (oob lab)
  --inventory FILE         write the fleet as CSV
  --inventory-tls KIND     ca, pinned or none: how healthy devices appear in it (ca)
  --ca FILE                write the fleet's certificate authority, PEM
  --keys FILE              keep the fleet's keys here, to have the same certificates after a restart
  --control PORT           HTTP control interface on 127.0.0.1 (off)

The password of user admin is taken from the environment: OOB_LAB_PASSWORD.
`;

/**
 * Reads the command line.
 *
 * @throws Error with a sentence for the terminal
 */
export function readOptions(args: readonly string[]): LabOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      devices: { type: 'string', default: '200' },
      'first-address': { type: 'string', default: '127.20.0.1' },
      port: { type: 'string', default: '16992' },
      'tls-port': { type: 'string', default: '16993' },
      transports: { type: 'string', default: 'both' },
      'wake-ports': { type: 'string', default: '7,9' },
      'os-port': { type: 'string', default: '3389' },
      'rmcp-port': { type: 'string' },
      persona: { type: 'string', default: 'mixed' },
      powered: { type: 'string', default: 'mixed' },
      sites: { type: 'string', default: 'madrid,lyon' },
      bare: { type: 'string' },
      'hello-server': { type: 'string', default: '127.0.0.1:9971' },
      'hello-version': { type: 'string', default: '3' },
      'hello-key': { type: 'string' },
      'hello-speed': { type: 'string', default: '1' },
      'hello-roots': { type: 'string' },
      'dns-suffix': { type: 'string' },
      'same-uuid': { type: 'boolean', default: false },
      faults: { type: 'string', default: '' },
      latency: { type: 'string', default: '0' },
      'power-delay': { type: 'string' },
      seed: { type: 'string', default: 'oob lab' },
      inventory: { type: 'string' },
      'inventory-tls': { type: 'string', default: 'ca' },
      ca: { type: 'string' },
      keys: { type: 'string' },
      control: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const transports = oneOf('transports', values.transports, ['both', 'tls', 'plain'] as const);
  return {
    devices: whole('devices', values.devices, 1, 100_000),
    firstAddress: values['first-address'],
    ports: {
      plain: transports === 'tls' ? undefined : whole('port', values.port, 1, 65_535),
      tls: transports === 'plain' ? undefined : whole('tls-port', values['tls-port'], 1, 65_535),
    },
    wakePorts: {
      udp: values['wake-ports'].split(',').map((port) => whole('wake-ports', port, 1, 65_535)),
      os: whole('os-port', values['os-port'], 1, 65_535),
    },
    ...(values['rmcp-port'] === undefined ? {} : { rmcpPort: whole('rmcp-port', values['rmcp-port'], 1, 65_535) }),
    persona: values.persona,
    powered: oneOf('powered', values.powered, ['on', 'off', 'mixed'] as const),
    sites: values.sites.split(',').filter((site) => site !== ''),
    ...(values.bare === undefined ? {} : { bare: bareOptions(values.bare, values) }),
    faults: values.faults,
    latencyMs: whole('latency', values.latency, 0, 600_000),
    ...(values['power-delay'] === undefined ? {} : { timing: sameDelay(values['power-delay']) }),
    seed: values.seed,
    inventoryTransport: oneOf('inventory-tls', values['inventory-tls'], ['ca', 'pinned', 'none'] as const),
    ...(values.inventory === undefined ? {} : { inventoryFile: values.inventory }),
    ...(values.ca === undefined ? {} : { caFile: values.ca }),
    ...(values.keys === undefined ? {} : { keysFile: values.keys }),
    ...(values.control === undefined ? {} : { controlPort: whole('control', values.control, 0, 65_535) }),
  };
}

function bareOptions(
  hosts: string,
  values: {
    readonly 'hello-server': string;
    readonly 'hello-version': string;
    readonly 'hello-key'?: string | undefined;
    readonly 'hello-speed': string;
    readonly 'hello-roots'?: string | undefined;
    readonly 'dns-suffix'?: string | undefined;
    readonly 'same-uuid': boolean;
  },
): BareOptions {
  const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(values['hello-server']) ?? [];
  const [pid, pps] = values['hello-key']?.split(':') ?? [];
  const suffix = values['dns-suffix'];
  const roots = values['hello-roots'];
  return {
    hosts: hosts === 'all' ? 'all' : hosts.split(',').filter((name) => name !== ''),
    server: { host, port: whole('hello-server', port, 1, 65_535) },
    helloVersion: oneOf('hello-version', values['hello-version'], ['2', '3'] as const) === '2' ? 2 : 3,
    ...(pid && pps ? { key: { pid, pps } } : {}),
    helloSpeed: whole('hello-speed', values['hello-speed'], 1, 1_000_000),
    ...(roots === undefined ? {} : { roots: certificatesIn(readFileSync(roots, 'utf8')) }),
    ...(suffix === undefined ? {} : { dnsSuffix: suffix }),
    sameUuid: values['same-uuid'],
  };
}

/** The certificates of a PEM text, DER. */
const certificatesIn = (pem: string): readonly Buffer[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one).raw,
  );

function sameDelay(text: string): PowerTiming {
  const delayMs = whole('power-delay', text, 0, 600_000);
  return { onMs: [delayMs, delayMs], offMs: delayMs, gracefulMs: delayMs };
}

function whole(name: string, text: string, least: number, greatest: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= greatest) return value;
  throw new Error(`--${name} is ${text}; allowed: a whole number from ${least} to ${greatest}`);
}

function oneOf<const Allowed extends string>(name: string, text: string, allowed: readonly Allowed[]): Allowed {
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw new Error(`--${name} is ${text}; allowed: ${allowed.join(', ')}`);
  return found;
}
