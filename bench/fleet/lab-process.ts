import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { writeFleet } from './fleet-file.ts';

/** What the fleet has counted. */
export interface FleetFigures {
  readonly devicesOn: number;
  /** HTTP requests answered, those refused for want of a digest included. */
  readonly requests: number;
  readonly connections: number;
  readonly handshakes: number;
  readonly resumedHandshakes: number;
  /** CPU time of the fleet's process since its start. */
  readonly cpuMs: number;
}

/** One process of the simulated fleet. */
export interface BenchLab {
  /** Every PC off, every counter at zero. */
  reset(): Promise<void>;
  figures(): Promise<FleetFigures>;
  stop(): Promise<void>;
}

const labProgram = fileURLToPath(new URL('../../lab/main.ts', import.meta.url));
const startLimitMs = 120_000;

const totalsSchema = z.object({
  connections: z.number(),
  handshakes: z.number(),
  resumedHandshakes: z.number(),
  unauthorized: z.number(),
  requests: z.record(z.string(), z.number()),
  powerStates: z.record(z.string(), z.number()),
  cpuMs: z.number(),
});

/** What one process of the fleet is told. */
export interface LabOrder {
  readonly devices: number;
  readonly latencyMs: number;
  readonly tls: boolean;
  readonly firstAddress: string;
  /** Digest password of user admin. */
  readonly password: string;
  /** Goes before the names in the fleet file, and makes this fleet another one than the others. */
  readonly prefix: string;
  /** Made by the first process, read by the others. */
  readonly keysFile: string;
  readonly caFile: string;
  readonly inventoryFile: string;
  readonly fleetFile: string;
}

/**
 * Starts it and waits until it answers. A change of power shows at once, so that everybody needs the same requests: the
 * challenge, the state, the command, the state. All speak AMT 15, which has the plain port and TLS 1.2.
 */
export async function startBenchLab(order: LabOrder): Promise<BenchLab> {
  const { tls } = order;
  const settings: Readonly<Record<string, string>> = {
    devices: String(order.devices),
    'first-address': order.firstAddress,
    transports: tls ? 'tls' : 'plain',
    persona: 'amt-15.0',
    powered: 'off',
    latency: String(order.latencyMs),
    'power-delay': '0',
    seed: `bench ${order.prefix}`,
    inventory: order.inventoryFile,
    'inventory-tls': tls ? 'ca' : 'none',
    keys: order.keysFile,
    ca: order.caFile,
    control: '0',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const lab = spawn(process.execPath, [labProgram, ...args], {
    // It ends with this process, which holds the other end of the channel.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, OOB_LAB_PASSWORD: order.password },
  });
  const control = await controlAddress(lab);
  await writeFleet(order.inventoryFile, order.prefix, order.fleetFile);

  const ask = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> => {
    const signal = AbortSignal.timeout(30_000);
    const response = await fetch(new URL(path, control), {
      method,
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the fleet answered ${method} ${path} with ${response.status}`);
    return response.json();
  };

  return {
    async reset() {
      await ask('POST', '/power', { state: 'off' });
      await ask('POST', '/counters/reset');
    },
    async figures() {
      const totals = totalsSchema.parse(await ask('GET', '/totals'));
      const answered = Object.values(totals.requests).reduce((sum, times) => sum + times, 0);
      return { ...totals, requests: answered + totals.unauthorized, devicesOn: totals.powerStates['2'] ?? 0 };
    },
    async stop() {
      if (lab.exitCode !== null || lab.signalCode !== null) return;
      lab.kill('SIGTERM');
      await once(lab, 'exit');
    },
  };
}

function controlAddress(lab: ChildProcess): Promise<string> {
  const errors: string[] = [];
  lab.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString('utf8')));
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      lab.kill('SIGTERM');
      reject(new Error(`The simulated fleet did not start: ${why} ${errors.join('').trim()}`));
    };
    const timer = setTimeout(fail, startLimitMs, `not ready after ${startLimitMs / 1_000} s.`);
    lab.once('error', (error) => fail(error.message));
    lab.once('exit', (code) => fail(`it ended with ${code}.`));
    if (!lab.stdout) return fail('it has no output.');
    createInterface({ input: lab.stdout }).on('line', (line) => {
      const address = /^lab ready: .*control (http:\S+?),/.exec(line)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      lab.removeAllListeners('exit');
      resolve(address);
    });
  });
}
