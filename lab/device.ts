import { createHash, randomBytes } from 'node:crypto';
import { type BareOptions, createFactory, type Factory, factoryPassword } from './bare/factory.ts';
import { type Faults, numberOf, parseFaults } from './faults.ts';
import type { Persona } from './personas.ts';
import { createPower, type Power } from './power.ts';
import { loginHash } from './protocol/login-hash.ts';
import { createNonces, type Nonces } from './protocol/nonces.ts';

/** What a device counted since its start or the last reset of its counters. */
export interface Counters {
  /** TCP connections accepted, both ports. */
  connections: number;
  /** Connections closed at once because too many were open. */
  surplusConnections: number;
  /** TLS handshakes completed, and how many of them resumed a session. */
  handshakes: number;
  resumedHandshakes: number;
  /** Replies with status 401. */
  unauthorized: number;
  /** Authenticated requests by class and operation, e.g. `CIM_PowerManagementService.RequestPowerStateChange`. */
  readonly requests: Map<string, number>;
}

/** One simulated AMT device: plain data, so that ten thousand fit in one process. */
export interface Device {
  /** Place in the fleet, from 0. */
  readonly index: number;
  readonly name: string;
  readonly fqdn: string;
  readonly address: string;
  /** `02:00:00:00:00:2a` */
  readonly mac: string;
  readonly site: string;
  readonly groups: readonly string[];
  /** SMBIOS UUID, 16 bytes as hex, in the byte order of PlatformGUID. */
  readonly uuid: string;
  /** `Digest:` and 32 hex digits. Stable until the device is provisioned anew. */
  readonly realm: string;
  readonly persona: Persona;
  /** When the fleet was made, milliseconds since 1970: what the device remembers of before lies before it. */
  readonly bornMs: number;
  /** As it left the factory; null for a PC that was set up long ago. */
  readonly factory: Factory | null;
  /** MD5 of `admin:realm:password`. */
  adminHash: string;
  faults: Faults;
  readonly power: Power;
  readonly nonces: Nonces;
  counters: Counters;
  /** Open connections. */
  openSockets: number;
  /** Magic packets with its MAC address that it has received. */
  magicPackets: number;
  /** Counts replies: the tail of MessageID. */
  messages: number;
  /** Ports that TLS settings leave open. */
  exposed: { readonly plain: boolean; readonly tls: boolean };
  /** A commit changed the ports or the certificate: to be carried out after the reply. */
  portsChanged: boolean;
  /** How often the TLS certificate was replaced. */
  certificateGeneration: number;
  /** Until when the request before is being answered, on the clock of performance.now(). */
  busyUntilMs: number;
  /** When an asleep ME is awake, and until when it stays so, in milliseconds since 1970; 0: not touched yet. */
  awakeFromMs: number;
  awakeUntilMs: number;
}

/** What the fleet decides about a device. */
export interface DeviceSeed {
  readonly index: number;
  readonly address: string;
  readonly site: string;
  readonly persona: Persona;
  readonly password: string;
  /** Faults as text, see parseFaults. */
  readonly faults: string;
  readonly powered: 'on' | 'off';
  readonly bornMs: number;
  /** It comes from the factory. */
  readonly bare?: BareOptions;
  /** Makes identities; the same seed gives the same fleet. */
  readonly seed: string;
}

/** A device at rest. Names are host1, host2, ... by place. */
export function createDevice(given: DeviceSeed): Device {
  const number = given.index + 1;
  const name = `host${number}`;
  const identity = identityOf(given.seed, name);
  const realm = `Digest:${identity.slice(0, 32)}`;
  const faults = parseFaults(given.faults);
  const factory = given.bare ? createFactory(given.bare, given.persona, given.site) : null;
  const expected = factory ? factoryPassword : given.password;
  const password = faults.has('wrong-password') ? randomBytes(12).toString('base64url') : expected;
  const standby = faults.get('modern-standby')?.argument === 'idle';
  const power = createPower(standby ? 'standby' : given.powered);
  applyConditions(power, faults, given.persona);
  return {
    index: given.index,
    name,
    fqdn: `${name}.${given.site}.example`,
    address: given.address,
    mac: `02:00:${number
      .toString(16)
      .padStart(8, '0')
      .replace(/(..)(?=.)/g, '$1:')}`,
    site: given.site,
    groups: [`floor${(given.index % 3) + 1}`, ...(number % 25 === 0 ? ['vip'] : [])],
    uuid: (given.bare?.sameUuid ? identityOf(given.seed, 'host1') : identity).slice(32),
    realm,
    persona: given.persona,
    bornMs: given.bornMs,
    factory,
    adminHash: loginHash('admin', realm, password),
    faults,
    power,
    nonces: createNonces(),
    counters: createCounters(),
    openSockets: 0,
    magicPackets: 0,
    messages: 0,
    // It is set up by TLS, with certificates or a shared key.
    exposed: { plain: factory === null, tls: true },
    portsChanged: false,
    certificateGeneration: faults.has('changed-certificate') ? 1 : 0,
    busyUntilMs: 0,
    awakeFromMs: 0,
    awakeUntilMs: 0,
  };
}

const identityOf = (seed: string, name: string): string =>
  createHash('sha256').update(`${seed}/${name}`).digest('hex').toUpperCase();

/** What faults and age make of the PC: its clock, its power package, its link policy, whether it comes on. */
export function applyConditions(power: Power, faults: Faults, persona: Persona): void {
  const drift = faults.get('clock-drift');
  power.clockAheadMs = (drift ? numberOf(drift, 90) : persona.clockAheadSeconds) * 1000;
  power.meInSx = !faults.has('low-power-package');
  power.linkInSx = !faults.has('no-sx-link-policy');
  power.isDark = faults.has('dark');
}

/** Counters at zero. */
export function createCounters(): Counters {
  return {
    connections: 0,
    surplusConnections: 0,
    handshakes: 0,
    resumedHandshakes: 0,
    unauthorized: 0,
    requests: new Map(),
  };
}
