import { join } from 'node:path';
import { z } from 'zod';
import type { AgentEnd, AgentWish } from '../../../lab/agent/agent.ts';
import { type NodeProcess, startNode } from './node-process.ts';
import { polled } from './polled.ts';

const powerRequestSchema = z.object({
  device: z.string(),
  atMs: z.number(),
  requested: z.number(),
  stateBefore: z.number(),
  returnValue: z.number(),
  readsBefore: z.number(),
});

/** One RequestPowerStateChange as the device saw it; `readsBefore` counts reads of its power state since the one before. */
export type SeenPowerRequest = z.output<typeof powerRequestSchema>;

const deviceSchema = z.object({
  name: z.string(),
  uuid: z.string(),
  powerState: z.number(),
  saving: z.boolean(),
  boots: z.number(),
  counters: z.object({ connections: z.number(), requests: z.record(z.string(), z.number()) }),
});

/** What a device knows of itself. */
export type SeenDevice = z.output<typeof deviceSchema>;

const kerberosSchema = z.object({
  KrbEnabled: z.boolean().optional(),
  RealmName: z.string().optional(),
  ServicePrincipalName: z.array(z.string()).optional(),
  KeyVersion: z.number().optional(),
  /** Of a master key. 0 RC4-HMAC, 1 AES-128, 2 AES-256. */
  EncryptionAlgorithm: z.number().optional(),
  /** Base64. This, or what a key is made of. */
  MasterKey: z.string().optional(),
  Passphrase: z.string().optional(),
  /** Of a passphrase. The same numbers. */
  ConfiguredEncryptionAlgorithms: z.array(z.number()).optional(),
  Salt: z.string().optional(),
  IterationCount: z.number().optional(),
});

const certificateSchema = z.object({
  handle: z.number(),
  pem: z.string(),
  isTrustedRoot: z.boolean(),
  key: z.string().nullable(),
  usedFor: z.array(z.string()),
});

const stateSchema = z.object({
  boots: z.array(z.object({ cause: z.string(), source: z.string().nullable(), flags: z.unknown() })),
  nextBoot: z.object({ source: z.string().nullable() }),
  alarms: z.array(z.object({ id: z.string(), nextMs: z.number(), intervalMs: z.number().nullish() })),
  auditLog: z.object({ records: z.number(), isLocked: z.boolean(), isEnabled: z.boolean() }),
  accounts: z.array(z.object({ name: z.string().nullable(), realms: z.array(z.number()) })),
  generalSettings: z.record(z.string(), z.unknown()),
  provisioningState: z.number(),
  controlMode: z.number(),
  factory: z.object({ isMebxChanged: z.boolean(), refusals: z.array(z.string()) }).nullable(),
  kerberos: kerberosSchema,
  certificates: z.array(certificateSchema),
});

/** What the simulated firmware itself holds: how it booted, its alarms, log, accounts, settings, keys and certificates. */
export type SeenState = z.output<typeof stateSchema>;

/** A simulated fleet in a process of its own, and the view behind its scenes. */
export interface LabProcess {
  readonly password: string;
  readonly files: { readonly inventory: string; readonly ca: string };
  devices(): Promise<readonly SeenDevice[]>;
  device(name: string): Promise<SeenDevice>;
  /** Every RequestPowerStateChange, oldest first. */
  powerRequests(): Promise<readonly SeenPowerRequest[]>;
  /** TCP connections that all devices together have seen. */
  connections(): Promise<number>;
  /** Resolves when the fleet has seen this many power requests. */
  sees(powerRequests: number): Promise<void>;
  setPower(name: string | 'all', state: 'on' | 'off'): Promise<void>;
  setFaults(name: string, faults: string): Promise<void>;
  resetCounters(): Promise<void>;
  /** What a device has inside. */
  state(name: string): Promise<SeenState>;
  /** Runs the agent (rpc-go) on a PC; resolves to how it ended, as it says on the screen. */
  runAgent(name: string, wish: AgentWish): Promise<AgentEnd>;
  /** Adds records (base64) to a device's audit log as they are. */
  addAuditRecords(name: string, records: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the fleet with its files in `directory` and waits until it answers. */
export async function startLab(directory: string, args: readonly string[]): Promise<LabProcess> {
  const password = 'Lab-e2e-Passw0rd!';
  const files = { inventory: join(directory, 'inventory.csv'), ca: join(directory, 'fleet-ca.pem') };
  const process: NodeProcess = startNode(
    'lab/main.ts',
    ['--inventory', files.inventory, '--ca', files.ca, '--control', '0', ...args],
    { OOB_LAB_PASSWORD: password },
  );
  const ready = await process.line('lab ready');
  const url = /http:\/\/[\d.:]+/.exec(ready)?.[0] ?? '';

  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(
      `${url}${path}`,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    );
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  };
  const powerRequests = async () => z.array(powerRequestSchema).parse(await ask('/power-requests'));
  const devices = async () => z.array(deviceSchema).parse(await ask('/devices'));
  return {
    password,
    files,
    devices,
    powerRequests,
    device: async (name) => deviceSchema.parse(await ask(`/devices/${name}`)),
    connections: async () => z.object({ connections: z.number() }).parse(await ask('/totals')).connections,
    async sees(wanted) {
      await polled(`${wanted} power requests`, async () => (await powerRequests()).length >= wanted);
    },
    async setPower(name, state) {
      await ask(name === 'all' ? '/power' : `/devices/${name}/power`, { state });
    },
    async setFaults(name, faults) {
      await ask(`/devices/${name}/faults`, { faults });
    },
    async resetCounters() {
      await ask('/counters/reset', {});
    },
    state: async (name) => stateSchema.parse(await ask(`/devices/${name}/state`)),
    runAgent: async (name, wish) =>
      z.object({ ok: z.boolean(), text: z.string() }).parse(await ask(`/devices/${name}/agent`, wish)),
    async addAuditRecords(name, records) {
      await ask(`/devices/${name}/audit-records`, { records });
    },
    async stop() {
      process.signal('SIGTERM');
      await process.ended;
    },
  };
}
