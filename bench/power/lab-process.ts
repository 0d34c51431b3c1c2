import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Course } from './contestants.ts';
import { writeFleet } from './fleet-file.ts';
import type { BenchOptions } from './options.ts';

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

/** The simulated fleet in a process of its own. */
export interface BenchLab {
  readonly course: Pick<Course, 'fleetFile' | 'caFile' | 'password'>;
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

/**
 * Starts the fleet and waits until it answers. A change of power shows at once, so that everybody needs the same requests:
 * the challenge, the state, the command, the state. All speak AMT 15, which has the plain port and TLS 1.2.
 */
export async function startBenchLab(options: BenchOptions, directory: string): Promise<BenchLab> {
  const password = `Lab-${randomBytes(9).toString('base64url')}1!`;
  const inventoryFile = join(directory, 'inventory.csv');
  const course = { fleetFile: join(directory, 'fleet.json'), caFile: join(directory, 'fleet-ca.pem'), password };
  const settings: Readonly<Record<string, string>> = {
    devices: String(options.devices),
    'first-address': '127.25.0.1',
    transports: options.tls ? 'tls' : 'plain',
    persona: 'amt-15.0',
    powered: 'off',
    latency: String(options.latencyMs),
    'power-delay': '0',
    inventory: inventoryFile,
    'inventory-tls': options.tls ? 'ca' : 'none',
    ca: course.caFile,
    control: '0',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const lab = spawn(process.execPath, [labProgram, ...args], {
    // It ends with this process, which holds the other end of the channel.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, OOB_LAB_PASSWORD: password },
  });
  const control = await controlAddress(lab);
  await writeFleet(inventoryFile, course.fleetFile);

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
    course,
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
