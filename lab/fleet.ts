import { randomBytes } from 'node:crypto';
import { type AgentEnd, type AgentWish, runAgent } from './agent/agent.ts';
import { askLocally } from './agent/local-interface.ts';
import type { BareOptions } from './bare/factory.ts';
import { createHelloSender } from './bare/hello-sender.ts';
import { forgetConditions } from './classes/conditions.ts';
import { applyConditions, createCounters, createDevice, type Device } from './device.ts';
import { parseFaultPlan, parseFaults } from './faults.ts';
import { loopbackAddresses } from './network/addresses.ts';
import { createListeners, type Listeners, type Ports } from './network/listeners.ts';
import { createWakeListeners, type WakePorts } from './network/wake.ts';
import { personaFor } from './personas.ts';
import { createPower, defaultTiming, type PowerTiming, settle } from './power.ts';
import { createRmcpListeners } from './presence/rmcp.ts';
import { loginHash } from './protocol/login-hash.ts';
import { createFleetKeys, type FleetKeys } from './tls/fleet-keys.ts';

/** What a fleet is made of. Everything has a default. */
export interface FleetOptions {
  /** How many devices; default 1. They are called host1, host2, ... */
  readonly devices?: number;
  /** Address of the first; the others follow. Default 127.20.0.1. */
  readonly firstAddress?: string;
  /** Ports of all devices; default 16992 and 16993. Undefined in an entry: not offered. */
  readonly ports?: Ports;
  /** Ports of PCs with the fault `amt-off`; default UDP 7 and 9, TCP 3389. */
  readonly wakePorts?: WakePorts;
  /** UDP port on which devices answer presence pings, 623 in the field (below 1024 needs root). Default: none does. */
  readonly rmcpPort?: number;
  /** Addresses of management controllers of another maker, which answer the same pings. Default none. */
  readonly foreign?: readonly string[];
  /** Faults, see parseFaultPlan; default none. */
  readonly faults?: string;
  /** Sites, devices split evenly in order; default one, `lab`. */
  readonly sites?: readonly string[];
  /** Name of a persona, or `mixed`; default `amt-15.0`. */
  readonly persona?: string;
  /** State at the start; `mixed`: every fifth is on. Default `off`. */
  readonly powered?: 'on' | 'off' | 'mixed';
  /** PCs that come from the factory and say hello once the fleet starts; default none. */
  readonly bare?: BareOptions;
  /** Password of user admin; default `Lab-Passw0rd!`. */
  readonly password?: string;
  /** Time before each reply in milliseconds; default 0. */
  readonly latencyMs?: number;
  readonly timing?: PowerTiming;
  /** The same seed gives the same realms, UUIDs and jitter; default `oob lab`. */
  readonly seed?: string;
  /** Keys of an earlier fleet, to have its certificates again; default new ones. */
  readonly keys?: FleetKeys;
  /** Clock, milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
}

/** A fleet of simulated AMT devices on real sockets. */
export interface Fleet {
  readonly devices: readonly Device[];
  readonly keys: FleetKeys;
  readonly ports: Ports;
  /** The fleet's clock, milliseconds since 1970. */
  now(): number;
  /** Opens all ports. Rejects when one can't be opened; nothing stays open then. */
  start(): Promise<void>;
  /** Closes all ports and connections. */
  stop(): Promise<void>;
  /** @throws RangeError when there is no device of that name */
  device(name: string): Device;
  /** Puts a PC into a state at once, as if somebody had pressed its button. */
  setPower(name: string, state: 'on' | 'off' | 'standby'): void;
  /**
   * Replaces the faults of a device, see parseFaults; its connections break. `changed-certificate` makes a new one.
   */
  setFaults(name: string, faults: string): Promise<void>;
  /** Starts the agent (rpc-go) on a PC's operating system; resolves when it ends. */
  runAgent(name: string, wish: AgentWish): Promise<AgentEnd>;
  /** Counters of all devices at zero, power requests forgotten. */
  resetCounters(): void;
}

/** Default password of user admin. It protects nothing: the lab listens on loopback. */
export const defaultPassword = 'Lab-Passw0rd!';
const defaultPorts: Ports = { plain: 16992, tls: 16993 };

/** Listening sockets opened at a time. */
const batch = 250;

/** A fleet, not listening yet. Makes keys when none are given, which takes about 0.2 s. */
export async function createFleet(options: FleetOptions = {}): Promise<Fleet> {
  const count = options.devices ?? 1;
  const password = options.password ?? defaultPassword;
  const seed = options.seed ?? 'oob lab';
  const sites = options.sites ?? ['lab'];
  const plan = parseFaultPlan(options.faults ?? '', count);
  const now = options.now ?? Date.now;
  const bornMs = now();
  const powered = options.powered ?? 'off';
  const devices = loopbackAddresses(options.firstAddress ?? '127.20.0.1', count).map((address, index) =>
    createDevice({
      index,
      address,
      site: sites[Math.floor((index * sites.length) / count)] ?? 'lab',
      persona: personaFor(options.persona ?? 'amt-15.0', index),
      password,
      faults: plan.get(`host${index + 1}`) ?? '',
      powered: powered === 'mixed' ? (index % 5 === 4 ? 'on' : 'off') : powered,
      seed,
      bornMs,
      ...(options.bare && isBare(options.bare, index) ? { bare: options.bare } : {}),
    }),
  );
  const byName = new Map(devices.map((one) => [one.name, one]));
  for (const name of plan.keys()) if (!byName.has(name)) throw new RangeError(`Faults for ${name}: no such device`);
  const keys = options.keys ?? (await createFleetKeys());
  const ports = options.ports ?? defaultPorts;
  const listeners: Listeners = createListeners(ports, {
    keys,
    latencyMs: options.latencyMs ?? 0,
    timing: options.timing ?? defaultTiming,
    now,
  });
  const wake = createWakeListeners(options.wakePorts ?? { udp: [7, 9], os: 3389 }, {
    timing: options.timing ?? defaultTiming,
    now,
  });
  const rmcp = options.rmcpPort === undefined ? null : createRmcpListeners(options.rmcpPort);
  const apply = async (one: Device) => {
    await listeners.apply(one);
    await wake.apply(one);
    await rmcp?.apply(one);
  };
  const hellos = createHelloSender();
  const close = async () => {
    hellos.stop();
    await rmcp?.close();
    await wake.close();
    await listeners.close();
  };

  function device(name: string): Device {
    const found = byName.get(name);
    if (!found) throw new RangeError(`No device ${name}`);
    return found;
  }

  return {
    devices,
    keys,
    ports,
    now,
    device,
    async start() {
      try {
        for (let at = 0; at < devices.length; at += batch) {
          const opened = await Promise.allSettled(devices.slice(at, at + batch).map((one) => apply(one)));
          // All of the batch must have ended, else a port that opens later would never be closed.
          for (const one of opened) if (one.status === 'rejected') throw one.reason;
        }
        for (const address of options.foreign ?? []) await rmcp?.addForeign(address);
      } catch (error) {
        await close();
        throw error;
      }
      for (const one of devices) hellos.start(one);
    },
    stop: close,
    setPower(name, state) {
      const one = device(name);
      settle(one.power, now());
      const { state: number, saving } = createPower(state);
      Object.assign(one.power, { state: number, saving, steps: [] });
      wake.apply(one).catch((error: unknown) => process.emitWarning(`${name}: ${String(error)}`));
    },
    async setFaults(name, text) {
      const one = device(name);
      // What is due happens under the old faults.
      settle(one.power, now());
      const before = one.faults;
      one.faults = parseFaults(text);
      const isWrong = one.faults.has('wrong-password');
      if (isWrong || before.has('wrong-password')) {
        const secret = isWrong ? randomBytes(12).toString('base64url') : password;
        one.adminHash = loginHash('admin', one.realm, secret);
      }
      applyConditions(one.power, one.faults, one.persona);
      forgetConditions(one, before);
      if (one.faults.has('changed-certificate')) one.certificateGeneration += 1;
      one.awakeUntilMs = 0;
      await apply(one);
    },
    runAgent(name, wish) {
      const one = device(name);
      const reopen = () => void apply(one).catch((error: unknown) => process.emitWarning(`${name}: ${String(error)}`));
      const local = { keys, timing: options.timing ?? defaultTiming, now, reopen };
      return runAgent(one, wish, (bytes) => askLocally(one, bytes, local));
    },
    resetCounters() {
      for (const one of devices) {
        one.counters = createCounters();
        one.magicPackets = 0;
        one.power.requests.length = 0;
        one.power.reads = 0;
      }
    },
  };
}

const isBare = ({ hosts }: BareOptions, index: number): boolean =>
  hosts === 'all' || hosts.includes(`host${index + 1}`);
