import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const projectRoot = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const living = new Set<ChildProcess>();
// Whatever happens to the tests, nothing that they started outlives them.
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** A program of this project in a process of its own. */
export interface NodeProcess {
  readonly pid: number;
  /** Both streams so far, for messages of failed tests. */
  output(): string;
  /** The first line on standard output, past or to come, that has `text` in it. Rejects when the process ends without it. */
  line(text: string): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** The exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Starts `script` (below the project's root) on the Node.js that runs the tests, which is the one that the project pins. */
export function startNode(script: string, args: readonly string[], env: NodeJS.ProcessEnv): NodeProcess {
  const child = spawn(process.execPath, [join(projectRoot, script), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  living.add(child);
  const lines: string[] = [];
  let everything = '';
  child.stdout.on('data', (bytes: Buffer) => {
    everything += bytes.toString('utf8');
  });
  child.stderr.on('data', (bytes: Buffer) => {
    everything += bytes.toString('utf8');
  });
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    living.delete(child);
    return code ?? null;
  });
  return {
    pid: child.pid ?? 0,
    output: () => everything,
    line: (text) =>
      new Promise((resolve, reject) => {
        const past = lines.find((line) => line.includes(text));
        if (past !== undefined) return resolve(past);
        reader.on('line', (line) => line.includes(text) && resolve(line));
        ended.then(() => reject(new Error(`${script} ended without "${text}":\n${everything}`)), reject);
      }),
    signal: (name) => {
      child.kill(name);
    },
    ended,
  };
}
